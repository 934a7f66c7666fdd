"""`huiqun import …`: the ordinary imports, watched from the command line."""

import time
from pathlib import Path

import click

from huiqun.campaigns import actions as campaigns
from huiqun.campaigns import queries as campaign_queries
from huiqun.customers import actions as customers
from huiqun.customers.models import ImportRun
from huiqun.customers.queries import imports
from huiqun.delivery import queries as delivery
from huiqun.foundation import clock
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import Refusal

SHOWN_REFUSALS = 5


def import_customers(file: Path, *, mapping: Path, dry_run: bool, refused: Path | None) -> int:
    """Import or check the file, say what came of it; 1 when the file could not be taken at all."""
    began = time.monotonic()

    def progress(rows: int) -> None:
        click.echo(f"  … {rows:,} rows ({rows / (time.monotonic() - began):,.0f} a second)")

    try:
        outcome = customers.import_customers(
            path=file.resolve(),
            mapping_text=mapping.read_text("utf-8"),
            file_name=file.name,
            dry_run=dry_run,
            now=clock.now(),
            progress=progress,
        )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    run = ImportRun.objects.get(pk=outcome.import_id)
    if run.state == ImportRun.State.FAILED:
        raise click.ClickException(imports.failure_sentence(run))
    if dry_run:
        _show_preview(run)
    _show_refused(run, refused)
    if not dry_run and run.kind == "customers":
        customers.export_profiles(now=clock.now())
    words = "would be " if dry_run else ""
    click.secho(
        f"{outcome.created:,} customers {words}new, {outcome.updated:,} changed, {outcome.unchanged:,} as they"
        f" were, {outcome.consents:,} consents, {outcome.refused:,} rows refused"
        f" ({time.monotonic() - began:.1f} s).",
        fg="green",
    )
    return 0


def _show_preview(run: ImportRun) -> None:
    click.echo("As they would be stored:")
    click.echo("  " + " | ".join(run.preview.get("columns", [])))
    for row in run.preview.get("rows", []):
        click.echo("  " + " | ".join(row))


def _show_refused(run: ImportRun, target: Path | None) -> None:
    if not run.refused:
        return
    if target is not None:
        target.write_text("".join(imports.refused_csv(run)), encoding="utf-8")
        click.echo(f"Refused rows, each with its reason: {target}")
        return
    for line in imports.refused_lines(run, limit=SHOWN_REFUSALS):
        click.echo(f"  line {line.line}, {line.column} “{line.value}”: {line.reason}", err=True)
    click.echo("  All refused rows with --refused FILE.", err=True)


def import_contacts(file: Path, *, mapping: Path, username: str) -> None:
    """Take past contacts over in the name of a marketer of the head office, and say how many they are."""
    staff = marketer_of_head_office(username)
    try:
        campaign_id = campaigns.take_over_contacts(
            path=file.resolve(), mapping_text=mapping.read_text("utf-8"), by=staff, now=clock.now()
        )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    campaign = campaign_queries.campaign_facts(campaign_id, staff)
    assert campaign.run_id is not None
    contacts = delivery.run_progress(campaign.run_id).audience
    click.secho(
        f"{contacts:,} contacts are now the past campaign {campaign_id}, “{campaign.name}”;"
        f" its result: /insights/campaigns/{campaign_id}/",
        fg="green",
    )


def marketer_of_head_office(username: str) -> Staff:
    staff = Staff.objects.filter(username=username, is_active=True).select_related("branch").first()
    if staff is None:
        raise click.ClickException(f"There is nobody called {username} who may sign in.")
    if not staff.has_role(Role.MARKETER) or staff.branch is None or staff.branch.level:
        raise click.ClickException(
            f"{username} is no marketer of the head office: past contacts may be of any branch's customers."
        )
    return staff
