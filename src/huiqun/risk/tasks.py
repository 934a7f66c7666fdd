"""Risk's background doors."""

from huiqun.foundation import clock, jobs
from huiqun.risk import actions


@jobs.periodic("* * * * *", name="risk.watch")
def watch() -> None:
    now = clock.now()
    if actions.count_traffic(now=now):
        actions.tell_unusual_traffic(now=now)


@jobs.periodic("*/10 * * * *", name="risk.tell_overdue")
def tell_overdue() -> None:
    actions.tell_overdue(now=clock.now())


@jobs.periodic("10 20 * * *", name="risk.find_rings")
def find_rings() -> None:
    """At 4:10 at the bank."""
    actions.find_rings(now=clock.now())


@jobs.periodic("30 22 * * *", name="risk.raise_cases")
def raise_cases() -> None:
    """At 6:30 at the bank, when the night's files have been taken in."""
    actions.raise_cases(now=clock.now())


@jobs.periodic("40 19 * * *", name="risk.forget")
def forget() -> None:
    """At 3:40 at the bank."""
    actions.forget_judgements(now=clock.now())
