"""Campaigns' background doors."""

from huiqun.campaigns import actions
from huiqun.foundation import clock, jobs


@jobs.periodic("* * * * * */10", name="campaigns.start_due")
def start_due() -> None:
    actions.start_due_campaigns(now=clock.now())


@jobs.periodic("*/15 * * * *", name="campaigns.finish")
def finish() -> None:
    actions.finish_campaigns(now=clock.now())


@jobs.task("campaigns.follow_review")
def follow_review(fact_id: int, subject: str, body: dict[str, object]) -> None:
    actions.follow_review(subject=str(body["reviewed"]), now=clock.now())
