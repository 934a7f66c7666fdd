"""`huiqun draw verify`: works a finished draw out again, from the database or from the published file alone."""

from pathlib import Path

import click
from django.utils.translation import gettext

from huiqun.benefits.queries import draws
from huiqun.benefits.rules.proofs import Proof, Verdict
from huiqun.benefits.rules.proofs import verify as work_out
from huiqun.lib.refusal import Refusal


def verify(draw_id: int | None, file: Path | None) -> int:
    """Print every problem found; 1 if there is one."""
    if (draw_id is None) == (file is None):
        raise click.ClickException("Give the draw's number, or --file with what its page published.")
    if file is None:
        assert draw_id is not None
        return _tell(work_out(_of(draw_id)))
    with file.open(encoding="utf-8") as lines:
        try:
            return _tell(work_out(draws.read_proof(iter(lines))))
        except ValueError:
            raise click.ClickException(f"{file} is no file of a draw, or is damaged.") from None


def _of(draw_id: int) -> Proof:
    try:
        return draws.proof_of(draws.public_draw(draw_id))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None


def _tell(verdict: Verdict) -> int:
    for problem in verdict.problems:
        click.secho(f"✗ {gettext(problem.sentence) % problem.values}", fg="red")
    click.echo(
        f"{verdict.tickets} tickets, {verdict.drawn} drawn: {verdict.won} won, {verdict.gone} after the prize"
        f" had run out, {verdict.nothing} without."
    )
    if verdict.problems:
        click.secho(
            f"{len(verdict.problems)} problems: this is not what was committed to. 核验不通过。", fg="red"
        )
        return 1
    click.secho("Holds: every outcome follows from the seed that was committed to. 核验通过。", fg="green")
    return 0
