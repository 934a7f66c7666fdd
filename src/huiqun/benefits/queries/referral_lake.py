"""What the bank delivered about those who were invited."""

from collections.abc import Collection
from contextlib import closing
from datetime import date

import pyarrow as pa

from huiqun.foundation import lake
from huiqun.foundation.lake.conversions import FIRST_OF_KIND

FIRST_WITH_AMOUNT = """
SELECT t.customer_id, t.dt FROM transactions t JOIN wanted USING (customer_id)
 WHERE t.kind = ? AND coalesce(t.amount_fen, 0) >= ? AND t.dt >= ? AND t.dt <= ? AND t.source = 'delivered'
"""
EARLIER = f"SELECT c.customer_id, c.dt FROM ({FIRST_OF_KIND}) c JOIN wanted USING (customer_id)"
LONG_AGO = date(1990, 1, 1)


def days_of(
    kind: str, *, ids: Collection[int], first: date, last: date, least_fen: int = 0
) -> dict[int, list[date]]:
    """The days on which these customers had such a transaction, in order; days inclusive."""
    found: dict[int, list[date]] = {}
    with closing(lake.connect(reach={"transactions": first})) as connection:
        connection.register("wanted", _ids(ids))
        rows = connection.execute(FIRST_WITH_AMOUNT, [kind, least_fen, first, last]).fetchall()
        connection.unregister("wanted")
    for customer_id, day in sorted(rows):
        found.setdefault(customer_id, []).append(day)
    return found


def first_ever(kind: str, *, ids: Collection[int], until: date) -> dict[int, date]:
    """The first day before ``until`` on which these customers had such a transaction."""
    with closing(lake.connect()) as connection:
        connection.register("wanted", _ids(ids))
        rows = connection.execute(EARLIER, [kind, "", "", LONG_AGO, until]).fetchall()
        connection.unregister("wanted")
    return dict(rows)


def _ids(ids: Collection[int]) -> pa.Table:
    return pa.table({"customer_id": pa.array(sorted(ids), pa.int64())})
