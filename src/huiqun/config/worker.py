"""The background worker: Procrastinate in this process, on the database that Django uses."""

from typing import Any

from django.db import connections
from procrastinate import connector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

POOL_SIZE = 6
GRACE_SECONDS = 30.0


class WorkerConnector(PsycopgConnector):
    """The worker fetches jobs through its own connections, but a job that asks for another job does so
    through Django's: inside its transaction, so that a rollback leaves no job here either."""

    def get_sync_connector(self) -> connector.BaseConnector:
        return DjangoConnector()


def worker_connector() -> WorkerConnector:
    return WorkerConnector(kwargs=connector_params(), min_size=2, max_size=POOL_SIZE)


def run(*, concurrency: int, queues: list[str] | None = None, **options: Any) -> None:
    """Work until told to stop; then finish what is begun. A job still going after the grace is done again
    by another worker, which every job is made for."""
    with app.replace_connector(worker_connector()) as working:
        working.run_worker(
            concurrency=concurrency,
            queues=queues or None,
            shutdown_graceful_timeout=GRACE_SECONDS,
            **options,
        )
    connections.close_all()
