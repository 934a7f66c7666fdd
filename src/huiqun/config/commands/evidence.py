"""`huiqun evidence verify`: recomputes what was sealed, and says what differs."""

import time
from pathlib import Path

import click
from django.utils.translation import gettext

from huiqun.compliance.queries import evidence
from huiqun.lib.refusal import Refusal


def verify(anchor: Path | None) -> int:
    """Print every problem found; 1 if there is one."""
    began = time.monotonic()
    try:
        kept = evidence.read_anchor(anchor.read_bytes()) if anchor else None
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    report = evidence.examine(anchor=kept)
    for problem in report.problems:
        click.secho(f"✗ {gettext(problem.sentence) % problem.values}", fg="red")
    looked_at = f"{report.facts} facts in {report.seals} seals, {report.ledger_batches} ledger batches"
    click.echo(f"Looked at {looked_at} in {time.monotonic() - began:.1f} s.")
    if report.problems:
        click.secho(f"{len(report.problems)} problems: the evidence is not whole. 证据不完整。", fg="red")
        return 1
    click.secho("Whole: nothing was altered, taken out or slipped in. 证据完整。", fg="green")
    if anchor is None:
        click.echo("Without --anchor a chain that was rewritten as a whole would not show.")
    return 0
