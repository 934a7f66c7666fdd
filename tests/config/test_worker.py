"""The worker's connector: what a job asks for is asked for in the job's own transaction."""

from procrastinate.contrib.django import app

from huiqun.config.worker import WorkerConnector, worker_connector
from huiqun.foundation import jobs


def waiting(name: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
        return int(cursor.fetchone()[0])


def test_a_rollback_inside_a_worker_leaves_no_job(transactional_db):
    from django.db import transaction

    name = "foundation.tell_subscribers"
    connector = worker_connector()
    connector._async_pool = object()  # as when the worker runs  # type: ignore[assignment]
    with app.replace_connector(connector):
        try:
            with transaction.atomic():
                jobs.enqueue(name)
                assert waiting(name) == 1
                raise RuntimeError("the job fails")
        except RuntimeError:
            pass
    assert waiting(name) == 0


def test_takes_its_connection_from_djangos_settings():
    from django.db import connection

    connector = worker_connector()
    assert isinstance(connector, WorkerConnector)
    assert connector._pool_args["kwargs"]["dbname"] == connection.settings_dict["NAME"]
