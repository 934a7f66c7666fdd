"""Partners' background doors."""

from huiqun.foundation import clock, jobs
from huiqun.partners import actions


@jobs.periodic("25 0 * * *", name="partners.remind_of_contracts")
def remind_of_contracts() -> None:
    actions.remind_of_contracts(now=clock.now())


@jobs.periodic("35 18 * * *", name="partners.sweep_sessions")
def sweep_sessions() -> None:
    actions.sweep_sessions(now=clock.now())
