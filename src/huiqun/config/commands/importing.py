"""`huiqun import …`: the ordinary imports, watched from the command line."""

import time
from pathlib import Path

import click

from huiqun.campaigns import actions as campaigns
from huiqun.campaigns.queries import campaigns as campaign_queries
from huiqun.customers import actions as customers
from huiqun.customers.models import ImportRun
from huiqun.customers.queries import imports
from huiqun.foundation import clock
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
