"""Benefits' background doors: what is claimed and used flows into the lake; what runs out, ends; the nights of the points ledger."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from huiqun.benefits import actions, claiming
from huiqun.benefits.actions.points_of_claims import move_points_of_claim, moves_points, undo_points_of_claim
from huiqun.benefits.actions.settling import draw_up_due
from huiqun.benefits.events import BenefitClaimed
from huiqun.benefits.events_of_pieces import BenefitUsed
from huiqun.foundation import clock, flows, jobs

claiming.add_step(move_points_of_claim, order=100, concerns=moves_points)
claiming.add_undo(undo_points_of_claim, order=100)
flows.register(flows.of_facts("benefits", {BenefitClaimed.kind(): "claimed", BenefitUsed.kind(): "used"}))


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


@jobs.periodic("5 16 * * *", name="benefits.end_the_day")
def end_the_day() -> None:
    """At 0:05 at the bank; the clock of jobs is in UTC."""
    now = clock.now()
    actions.expire_claims(now=now)
    actions.release_revoked(now=now)


@jobs.periodic("0 2 * * *", name="benefits.remind_expiring")
def remind_expiring() -> None:
    """At 10:00 at the bank, when people may be written to."""
    actions.remind_expiring(now=clock.now())


@jobs.periodic("*/5 * * * *", name="benefits.watch_stock")
def watch_stock() -> None:
    actions.watch_stock(now=clock.now())


@jobs.task("benefits.follow_review")
def follow_review(fact_id: int, subject: str, body: dict[str, object]) -> None:
    actions.follow_review(subject=str(body["reviewed"]), now=clock.now())


@jobs.periodic("* * * * * */3", name="benefits.serve_lines")
def serve_lines() -> None:
    """For those whose phones have gone: whoever asks serves as well."""
    actions.serve_lines(now=clock.now())


@jobs.periodic("23 * * * *", name="benefits.forget_turns")
def forget_turns() -> None:
    actions.forget_turns(before=clock.now() - timedelta(days=1))


@jobs.task("benefits.release_held")
def release_held(fact_id: int, subject: str, body: dict[str, object]) -> None:
    reference, now = str(body["reference"]), clock.now()
    if not actions.release_held(reference=reference, now=now):
        actions.decide_held_referral(reference=reference, release=True, now=now)


@jobs.task("benefits.drop_held")
def drop_held(fact_id: int, subject: str, body: dict[str, object]) -> None:
    reference, now = str(body["reference"]), clock.now()
    if not actions.drop_held(reference=reference, why=str(body["reason"]), now=now):
        actions.decide_held_referral(reference=reference, release=False, now=now)


@jobs.task("benefits.restore_claim")
def restore_claim(fact_id: int, subject: str, body: dict[str, object]) -> None:
    reference, now = str(body["reference"]), clock.now()
    if not actions.restore_claim(reference=reference, now=now):
        actions.decide_held_referral(reference=reference, release=True, now=now)


@jobs.periodic("50 2,14 * * *", name="benefits.settle_referrals", queue="lake")
def settle_referrals() -> None:
    """At 10:50 and 22:50 at the bank, when the day's deliveries are in."""
    actions.settle_referrals(now=clock.now())
    actions.forget_invitations(now=clock.now())


@jobs.periodic("30 17 * * *", name="benefits.draw_up_settlements")
def draw_up_settlements() -> None:
    """At half past one in Shanghai."""
    draw_up_due(now=clock.now())
