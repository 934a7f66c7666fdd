"""Benefits' background doors: what is claimed flows into the lake; the nights of the points ledger."""

from collections.abc import Sequence
from typing import cast

from huiqun.benefits import actions, claiming
from huiqun.benefits.actions.points_of_claims import move_points_of_claim, moves_points, undo_points_of_claim
from huiqun.benefits.events import BenefitClaimed
from huiqun.foundation import clock, flows, jobs

claiming.add_step(move_points_of_claim, order=100, concerns=moves_points)
claiming.add_undo(undo_points_of_claim, order=100)
flows.register(flows.of_facts("benefits", {BenefitClaimed.kind(): "claimed"}))


@jobs.periodic("20 2,14 * * *", name="benefits.earn_points", queue="lake")
def earn_points() -> None:
    """At 10:20 and 22:20 at the bank, when the day's deliveries are in; beside the lake, which it reads."""
    actions.earn_points(clock=clock.now)


@jobs.periodic("10 16 * * *", name="benefits.expire_points")
def expire_points() -> None:
    """At 0:10 at the bank."""
    actions.expire_points(clock=clock.now)


@jobs.periodic("40 19 * * *", name="benefits.check_points")
def check_points() -> None:
    """At 3:40 at the bank: sums of the days that are over, then the proof of everything."""
    actions.close_points_days(now=clock.now())
    actions.check_ledger(now=clock.now())


@jobs.periodic("50 * * * *", name="benefits.count_pledges", queue="lake")
def count_pledges() -> None:
    actions.count_pledges(now=clock.now())


@jobs.task("benefits.forfeit_points")
def forfeit_points(fact_id: int, subject: str, body: dict[str, object]) -> None:
    """When a customer's data has been erased, with that of records merged into this one."""
    merged = cast(Sequence[int], body["merged"])
    for customer_id in (cast(int, body["customer_id"]), *merged):
        actions.forfeit_points(customer_id=customer_id, now=clock.now())
