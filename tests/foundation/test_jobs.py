"""Jobs for later, while a demo's clock runs ahead of the database's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from huiqun.foundation import clock, jobs


@pytest.mark.parametrize("offset", [0, 86_400])
def test_a_job_waits_by_our_clock(db: None, settings: Any, offset: int) -> None:
    settings.HUIQUN_CLOCK_OFFSET = offset
    jobs.enqueue("foundation.tell_subscribers", not_before=clock.now() + timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
        scheduled_at = cursor.fetchone()[0]
    assert abs(scheduled_at - timezone.now() - timedelta(hours=1)) < timedelta(minutes=1)
    assert jobs.run_pending() == 0
