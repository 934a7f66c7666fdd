"""Work for later, by name: enqueued in the caller's transaction, done by a worker, safe to repeat."""

import json
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

log = structlog.get_logger()
Job = Callable[..., Any]
_jobs: dict[str, Job] = {}
RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)


def task(name: str, *, queue: str = "default", retry: bool = True) -> Callable[[Job], Job]:
    """Register ``function`` under ``name``. It gets ids as keywords and calls one action."""

    def register(function: Job) -> Job:
        def run(**arguments: Any) -> None:
            close_old_connections()
            try:
                function(**arguments)
            finally:
                close_old_connections()

        run.__name__ = run.__qualname__ = function.__name__
        _jobs[name] = function
        app.task(name=name, queue=queue, retry=RETRY if retry else False, pass_context=False)(run)
        return function

    return register


def periodic(cron: str, *, name: str, queue: str = "default") -> Callable[[Job], Job]:
    """Run ``function`` by the clock (cron; seconds, where wanted, are a sixth field at the end).

    A missed tick is not made up for.
    """

    def register(function: Job) -> Job:
        def tick(timestamp: int) -> None:
            close_old_connections()
            try:
                function()
            finally:
                close_old_connections()

        tick.__name__ = tick.__qualname__ = function.__name__
        _jobs[name] = lambda timestamp=0: function()
        registered = app.task(name=name, queue=queue, queueing_lock=name, retry=False)(tick)
        app.periodic(cron=cron)(registered)
        return function

    return register


def enqueue(
    name: str,
    *,
    lock: str | None = None,
    unique: str | None = None,
    not_before: datetime | None = None,
    **arguments: Any,
) -> None:
    """Ask for a job in the caller's transaction: without a commit there is no job.

    ``lock``: jobs of one lock run one after the other. ``unique``: while one such job waits, another
    is not added (callers of one key wait for each other's commit, so use it outside busy transactions).
    ``not_before`` is told by our clock; workers go by the database's, which no demo shifts.
    """
    offset = timedelta(seconds=settings.HUIQUN_CLOCK_OFFSET)
    deferrer = app.configure_task(
        name,
        lock=lock,
        queueing_lock=unique,
        schedule_at=not_before - offset if not_before else None,
        allow_unknown=False,
    )
    try:
        with transaction.atomic():
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        pass


def run_pending(*, limit: int = 10_000) -> int:
    """Do the waiting jobs here and now, in order, through this connection; how many were done.

    For tests and the run-through. A job that fails is put down as failed and raises.
    """
    from huiqun.foundation import facts

    done = 0
    while done < limit:
        facts.tell_subscribers()
        job = _next()
        if job is None:
            return done
        _run(*job)
        done += 1
    raise RuntimeError(f"{limit} jobs done and still some waiting")


def _next() -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = attempts + 1 WHERE id ="
            " (SELECT id FROM procrastinate_jobs WHERE status = 'todo'"
            "  AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"
            " RETURNING id, task_name, args"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return row[0], row[1], row[2] if isinstance(row[2], dict) else json.loads(row[2])


def _run(job_id: int, name: str, arguments: dict[str, Any]) -> None:
    try:
        _jobs[name](**arguments)
    except Exception:
        log.error("job failed", job=name, problem=traceback.format_exc(limit=3))
        _finish(job_id, "failed")
        raise
    _finish(job_id, "succeeded")


def _finish(job_id: int, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job_id])
