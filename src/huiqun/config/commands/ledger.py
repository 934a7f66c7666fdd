"""`huiqun ledger verify`: adds up every account of the points ledger, and says what differs."""

import click
from django.utils.translation import gettext

from huiqun.benefits.queries.points_verify import prove_ledger
from huiqun.foundation import clock


def verify() -> int:
    """Print every problem found; 1 if there is one."""
    proof = prove_ledger(now=clock.now())
    for problem in proof.problems:
        click.secho(f"✗ {gettext(problem.sentence)}: {problem.count}", fg="red")
        click.echo(f"  {', '.join(problem.where)}{' …' if problem.count > len(problem.where) else ''}")
    click.echo(
        f"Looked at {proof.movements:,} movements and {proof.lots:,} lots, {proof.owed:,} points owed,"
        f" in {proof.took_ms / 1000:.1f} s."
    )
    if proof.problems:
        click.secho(f"{len(proof.problems)} proofs fail: the ledger does not add up. 账不平。", fg="red")
        return 1
    click.secho("Every account adds up. 账平。", fg="green")
    return 0
