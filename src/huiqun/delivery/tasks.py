"""Delivery's background doors."""

from datetime import timedelta

from huiqun.delivery import actions
from huiqun.delivery.actions.tending import forget_nonces
from huiqun.delivery.channels.signing import TOLERANCE_SECONDS
from huiqun.delivery.queries import flows as own_flows
from huiqun.delivery.queries.ledger import RECIPIENTS, TOUCHES
from huiqun.foundation import clock, flows, jobs, ledgers
from huiqun.lib.days import local_date

ledgers.register(TOUCHES)
ledgers.register(RECIPIENTS)
flows.register(own_flows.TOUCHES)
flows.register(own_flows.CONTROL)


@jobs.task("delivery.gate_run")
def gate_run(run_id: int) -> None:
    actions.gate_run(run_id=run_id, now=clock.now())


@jobs.task("delivery.send")
def send(run_id: int, channel: str, lane: int = 0) -> None:
    """Send for a while, then make room for other jobs: a long run is many short ones."""
    if actions.send_run(run_id=run_id, channel=channel, clock=clock.now):
        name = f"delivery.send:{run_id}:{channel}:{lane}"
        jobs.enqueue("delivery.send", lock=name, unique=name, run_id=run_id, channel=channel, lane=lane)
    else:
        actions.finish_run(run_id=run_id, now=clock.now())


@jobs.task("delivery.finish_run")
def finish_run(run_id: int) -> None:
    actions.finish_run(run_id=run_id, now=clock.now())


@jobs.task("delivery.drop_withdrawn")
def drop_withdrawn(fact_id: int, subject: str, body: dict[str, object]) -> None:
    actions.drop_withdrawn(
        customer_id=int(str(body["customer_id"])), channel=str(body["channel"]), purpose=str(body["purpose"])
    )


@jobs.periodic("* * * * * */10", name="delivery.tend_runs")
def tend_runs() -> None:
    actions.tend_runs(now=clock.now())


@jobs.periodic("*/5 * * * *", name="delivery.seal_touches")
def seal_touches() -> None:
    actions.seal_touches(now=clock.now())


@jobs.periodic("17 * * * *", name="delivery.forget_nonces")
def forget() -> None:
    forget_nonces(before=clock.now() - timedelta(seconds=3 * TOLERANCE_SECONDS))
    actions.forget_codes(before=clock.now() - timedelta(days=2))


@jobs.task("delivery.check_list")
def check_list(list_id: int) -> None:
    actions.check_list(list_id=list_id, now=clock.now())


@jobs.periodic("5 16 * * *", name="delivery.expire_registrations")
def expire_registrations() -> None:
    """At 0:05 at the bank; the clock of jobs is in UTC."""
    now = clock.now()
    actions.expire_registrations(on=local_date(now), now=now)


@jobs.periodic("50 17 * * *", name="delivery.make_parts")
def make_parts() -> None:
    """At 1:50 at the bank: the ledger's table of the next months."""
    actions.make_parts(now=clock.now())


@jobs.periodic("40 19 * * *", name="delivery.archive_touches", queue="lake")
def archive_touches() -> None:
    """At 3:40 at the bank, by the worker beside the lake; after it, so that it is about the files there are."""
    now = clock.now()
    actions.archive_touches(now=now)
    actions.delete_archived(now=now)
    actions.check_archived(now=now)


@jobs.periodic("10 20 * * *", name="delivery.forget_old")
def forget_old() -> None:
    """At 4:10 at the bank."""
    actions.forget_old(now=clock.now())
