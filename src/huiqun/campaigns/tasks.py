"""Campaigns' background doors."""

from huiqun.campaigns import actions
from huiqun.campaigns.events import CustomerJoined, InterestExpressed
from huiqun.foundation import clock, flows, jobs

flows.register(
    flows.of_facts("campaigns", {CustomerJoined.kind(): "joined", InterestExpressed.kind(): "interested"})
)


@jobs.periodic("* * * * * */10", name="campaigns.start_due")
def start_due() -> None:
    actions.start_due_campaigns(now=clock.now())


@jobs.periodic("* * * * * */15", name="campaigns.tend_releases")
def tend_releases() -> None:
    actions.tend_releases(now=clock.now())


@jobs.task("campaigns.estimate")
def estimate(campaign_id: int) -> None:
    actions.make_estimate(campaign_id=campaign_id, now=clock.now())


@jobs.periodic("*/15 * * * *", name="campaigns.finish")
def finish() -> None:
    actions.finish_campaigns(now=clock.now())


@jobs.periodic("20 18 * * *", name="campaigns.stage_conversions", queue="lake")
def stage_conversions() -> None:
    """At 2:20 at the bank; the clock of jobs is in UTC."""
    actions.stage_conversions(now=clock.now())


@jobs.task("campaigns.follow_review")
def follow_review(fact_id: int, subject: str, body: dict[str, object]) -> None:
    actions.follow_review(subject=str(body["reviewed"]), now=clock.now())


@jobs.task("campaigns.follow_recheck")
def follow_recheck(fact_id: int, subject: str, body: dict[str, object]) -> None:
    actions.follow_recheck(subject=str(body["reviewed"]), now=clock.now())
