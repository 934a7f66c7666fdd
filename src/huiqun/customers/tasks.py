"""Background doors: long reads and writes of files, safe to repeat."""

from huiqun.customers import actions
from huiqun.foundation import clock, jobs


@jobs.task("customers.check_import")
def check_import(import_id: int) -> None:
    actions.run_check(import_id=import_id, now=clock.now())


@jobs.task("customers.run_import")
def run_import(import_id: int) -> None:
    actions.run_import(import_id=import_id, now=clock.now())


@jobs.task("customers.export_profiles")
def export_profiles() -> None:
    actions.export_profiles(now=clock.now())


@jobs.periodic("50 19 * * *", name="customers.erase_from_lake", queue="lake")
def erase_from_lake() -> None:
    """At 3:50 at the bank. Whoever could not be erased from the lake tonight is tomorrow."""
    actions.erase_from_lake(now=clock.now())
