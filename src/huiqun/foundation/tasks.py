"""Foundation's background doors."""

from procrastinate.contrib.django import app

from huiqun.foundation import api_calls, clock, facts, flows, jobs, lake, notices, reconciling
from huiqun.foundation.webhooks import inbox, telling

STALLED_AFTER_SECONDS = 30


@jobs.task("foundation.tell_subscribers")
def tell_subscribers() -> None:
    facts.tell_subscribers()


@jobs.periodic("* * * * *", name="foundation.tell_late_subscribers")
def tell_late_subscribers() -> None:
    """For facts whose teller was lost, or that stood behind a long transaction when it came by."""
    facts.tell_subscribers()


@jobs.periodic("* * * * *", name="foundation.flush_flows", queue="lake")
def flush_flows() -> None:
    """Into the lake what was recorded since; the lake's worker publishes it within the minute."""
    flows.flush()


@jobs.periodic("40 18 * * *", name="foundation.reconcile_lake", queue="lake")
def reconcile_lake() -> None:
    """At 2:40 at the bank; the clock of jobs is in UTC."""
    reconciling.reconcile(now=clock.now())


@jobs.periodic("10 16 * * *", name="foundation.keep_lake", queue="lake")
def keep_lake() -> None:
    """At 0:10 at the bank, when a month may have closed: the day's questions read fewer and sorted files."""
    now = clock.now()
    reconciling.tell_damage(now=now)
    lake.retire(now=now)
    lake.compact(now=now)


@jobs.periodic("20 19 * * *", name="foundation.archive_lake", queue="lake")
def archive_lake() -> None:
    """At 3:20 at the bank. When the archive does not answer, the next night tries again."""
    reconciling.archive_old(now=clock.now())


@jobs.periodic("* * * * *", name="foundation.mail_notices")
def mail_notices() -> None:
    notices.mail(now=clock.now())


@jobs.periodic("25 17 * * *", name="foundation.sweep_notices")
def sweep_notices() -> None:
    """At 1:25 at the bank."""
    notices.sweep(now=clock.now())


@jobs.periodic("* * * * * */5", name="foundation.collect_webhooks")
def collect_webhooks() -> None:
    telling.collect(now=clock.now())


@jobs.task(telling.SEND, retry=False)
def send_webhooks(endpoint_id: int) -> None:
    telling.send(endpoint_id=endpoint_id)


@jobs.task(inbox.TAKE, queue="lake")
def take_webhook_messages() -> None:
    inbox.take_in(now=clock.now())


@jobs.periodic("* * * * *", name="foundation.take_late_messages", queue="lake")
def take_late_messages() -> None:
    """For messages whose job was lost."""
    inbox.take_in(now=clock.now())


@jobs.periodic("35 17 * * *", name="foundation.sweep_webhooks")
def sweep_webhooks() -> None:
    """At 1:35 at the bank; with it goes what programs asked for under keys that are old."""
    now = clock.now()
    telling.sweep(now=now)
    inbox.sweep(now=now)
    api_calls.sweep(now=now)


@app.periodic(cron="* * * * *")
@app.task(
    name="foundation.retry_stalled_jobs", queueing_lock="foundation.retry_stalled_jobs", pass_context=True
)
async def retry_stalled_jobs(context: object, timestamp: int) -> None:
    """Give the jobs of a worker that died back to the others."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await manager.retry_job(job)
