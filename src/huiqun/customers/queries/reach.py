"""How many may be reached, for those who describe a crowd."""

from collections.abc import Mapping, Sequence

from django.db import connection

from huiqun.customers.rules import CONTACT_FIELD


def reachable(*, customer_ids: Sequence[int], purpose: str) -> Mapping[str, int]:
    """For each channel how many of the customers have agreed to ``purpose`` and have a number or an address."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, count(*) FROM customers_reach"
            " WHERE customer_id = ANY(%s) AND purpose = %s AND consent_current AND has_contact AND NOT merged"
            " GROUP BY channel",
            [list(customer_ids), purpose],
        )
        return dict(cursor.fetchall())


def contact_sql(facts: str, channel: str) -> str:
    """Whether a row of ``customers_facts`` under the name ``facts`` has what a channel writes to, as SQL."""
    field = CONTACT_FIELD.get(channel)
    return f"{facts}.has_{field}" if field else "TRUE"
