"""`huiqun erase customer`: by the same two people as on the page."""

import click

from huiqun.customers import actions, queries
from huiqun.customers.views.roles import ERASERS, ERASURE_ASKERS
from huiqun.foundation import clock
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import Refusal


def erase(number: str, *, ground: str, asked_by: str, done_by: str) -> None:
    asker, eraser = _staff(asked_by, ERASURE_ASKERS), _staff(done_by, ERASERS)
    ids = queries.customer_ids_by_number([number])
    if number not in ids:
        raise click.ClickException(f"There is no customer {number}.")
    now = clock.now()
    try:
        asked = actions.ask_erasure(customer_id=ids[number], ground=ground, by=asker, now=now)
        actions.erase_customer(erasure_id=asked.pk, by=eraser, now=now)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo("Erased from the database.")
    try:
        actions.erase_from_lake(now=now)
    except Refusal as refusal:
        raise click.ClickException(f"The lake follows by night: {refusal}") from None
    click.echo("Erased from the lake.")


def _staff(username: str, roles: tuple[Role, ...]) -> Staff:
    staff = Staff.objects.filter(username=username, is_active=True).first()
    if staff is None or not staff.has_role(*roles):
        raise click.ClickException(f"{username} is nobody who may do this: {', '.join(roles)}.")
    return staff
