"""Customers who live by another clock than the bank's."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.db import connection


def elsewhere(*, customer_ids: Iterable[int]) -> dict[int, ZoneInfo]:
    """Those of the customers who live in another time zone than the bank's, which most do not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, time_zone FROM customers_elsewhere WHERE customer_id = ANY(%s::bigint[])",
            ["{" + ",".join(map(str, customer_ids)) + "}"],
        )
        return {customer_id: ZoneInfo(zone) for customer_id, zone in cursor.fetchall()}


def time_zones() -> list[ZoneInfo]:
    """The zones that some customer lives in, besides the bank's own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT time_zone FROM customers_elsewhere ORDER BY time_zone")
        return [ZoneInfo(zone) for (zone,) in cursor.fetchall()]
