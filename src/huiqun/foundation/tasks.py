"""Foundation's background doors."""

from procrastinate.contrib.django import app

from huiqun.foundation import facts, jobs

STALLED_AFTER_SECONDS = 30


@jobs.task("foundation.tell_subscribers")
def tell_subscribers() -> None:
    facts.tell_subscribers()


@jobs.periodic("* * * * *", name="foundation.tell_late_subscribers")
def tell_late_subscribers() -> None:
    """For facts whose teller was lost, or that stood behind a long transaction when it came by."""
    facts.tell_subscribers()


@app.periodic(cron="* * * * *")
@app.task(
    name="foundation.retry_stalled_jobs", queueing_lock="foundation.retry_stalled_jobs", pass_context=True
)
async def retry_stalled_jobs(context: object, timestamp: int) -> None:
    """Give the jobs of a worker that died back to the others."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await manager.retry_job(job)
