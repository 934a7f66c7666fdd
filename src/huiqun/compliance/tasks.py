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


@jobs.periodic("20 0 * * *", name="compliance.remind_of_licences")
def remind_of_licences() -> None:
    actions.remind_of_licences(now=clock.now())


@jobs.task("compliance.run_verification", queue="evidence", retry=False)
def run_verification(*, verification_id: int) -> None:
    actions.run_verification(verification_id=verification_id, now=clock.now())


@jobs.task("compliance.read_picture", retry=False)
def read_picture(*, file_id: int) -> None:
    try:
        actions.read_given_picture(file_id=file_id)
    except Exception:
        actions.give_up_reading(file_id=file_id)
        raise


@jobs.periodic("20 3 * * *", name="compliance.drop_old_pictures")
def drop_old_pictures() -> None:
    actions.drop_old_pictures(now=clock.now())


@jobs.task("compliance.ask_second_reader", queue="evidence", retry=False)
def ask_second_reader(*, dossier_id: int) -> None:
    actions.ask_for_opinions(dossier_id=dossier_id, now=clock.now())


@jobs.periodic("40 2 * * *", name="compliance.recheck_dossiers")
def recheck_dossiers() -> None:
    actions.recheck_dossiers(now=clock.now())


@jobs.task("compliance.recheck_dossiers_now", retry=False)
def recheck_dossiers_now() -> None:
    actions.recheck_dossiers(now=clock.now())
