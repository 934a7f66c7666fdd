"""Compliance's background doors: sealing, reminding, verifying."""

from huiqun.compliance import actions
from huiqun.foundation import clock, jobs


@jobs.periodic("* * * * *", name="compliance.seal_facts", queue="evidence")
def seal_facts() -> None:
    actions.seal_facts(now=clock.now())


@jobs.periodic("*/15 * * * *", name="compliance.remind_reviewers")
def remind_reviewers() -> None:
    actions.remind_reviewers(now=clock.now())


@jobs.periodic("10 0 * * *", name="compliance.tell_expired_licences")
def tell_expired_licences() -> None:
    actions.tell_expired_licences(now=clock.now())


@jobs.task("compliance.run_verification", queue="evidence", retry=False)
def run_verification(*, verification_id: int) -> None:
    actions.run_verification(verification_id=verification_id, now=clock.now())
