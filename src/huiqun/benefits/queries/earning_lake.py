"""What the bank's delivered rows earn by a rule on one day, counted in the lake."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from huiqun.benefits.rules.earning import EarningKind, EarningTerms
from huiqun.foundation import lake

DATASET = {
    EarningKind.DEPOSITS: "holdings",
    EarningKind.WEALTH: "holdings",
    EarningKind.SPENDING: "transactions",
    EarningKind.ACTIVITY: "app_events",
}


@dataclass(frozen=True, kw_only=True)
class Due:
    """``rows`` has customer_id and points, in the order of ids; ``digest`` is the same for the same rows."""

    rows: pa.Table
    digest: str
    lake_version: int


def due_on(*, terms: EarningTerms, day: date, branch_ids: Sequence[int] | None) -> Due:
    """Who has earned how much on ``day``, capped for the day, among customers of the branches (None: of all).

    :raises VersionGone, ArchiveSilent, ArchiveTooLarge, ArchiveBusy
    """
    version = lake.version()
    with lake.connect(version, reach={DATASET[terms.kind]: day}) as connection:
        table = connection.sql(due_sql(terms, day, branch_ids)).to_arrow_table().combine_chunks()
    digest = hashlib.sha256()
    for column in table.columns:
        digest.update(column.to_numpy().tobytes())
    return Due(rows=table, digest=digest.hexdigest(), lake_version=version)


def days_with_rows(*, terms: EarningTerms, first: date, last: date) -> set[date]:
    """The days on which anything was delivered that a rule counts."""
    dataset, kind = DATASET[terms.kind], _kind_column(terms)
    query = (
        f"SELECT DISTINCT dt FROM {dataset} WHERE dt BETWEEN ? AND ? AND {kind} IN ({_listed(terms.codes)})"
    )
    with lake.connect(reach={dataset: first}) as connection:
        return {row[0] for row in connection.execute(query, [first, last]).fetchall()}


def due_sql(terms: EarningTerms, day: date, branch_ids: Sequence[int] | None) -> str:
    """Sums are of unbounded width and capped before they become 64 bits: no amount overflows. Amounts below zero
    (taken back by the delivering system) lower the day's sum, never below nothing."""
    kind = _kind_column(terms)
    amount = "1" if terms.kind is EarningKind.ACTIVITY else "coalesce(amount_fen, 0)"
    within = ""
    if branch_ids is not None:
        ids = ", ".join(str(int(each)) for each in branch_ids) or "NULL"
        within = f"AND customer_id IN (SELECT customer_id FROM profiles WHERE branch_id IN ({ids}))"
    points = f"sum({amount}::HUGEINT * {_percent(terms, day, kind)}) * {int(terms.points)} // {int(terms.per) * 100}"
    return (
        f"SELECT customer_id, least({points}, {int(terms.cap_day)})::BIGINT AS points"
        f" FROM {DATASET[terms.kind]} WHERE dt = DATE '{day.isoformat()}' AND {kind} IN ({_listed(terms.codes)}) {within}"
        f" GROUP BY customer_id HAVING {points} > 0 ORDER BY customer_id"
    )


def _kind_column(terms: EarningTerms) -> str:
    return "product_kind" if DATASET[terms.kind] == "holdings" else "kind"


def _percent(terms: EarningTerms, day: date, kind: str) -> str:
    percent = terms.percent_on(day)
    if percent == 100 or not terms.bonus_codes:
        return str(int(percent))
    codes = _listed(terms.bonus_codes)
    also = f" OR product_kind IN ({codes})" if terms.kind is EarningKind.SPENDING else ""
    return f"CASE WHEN {kind} IN ({codes}){also} THEN {int(percent)} ELSE 100 END"


def _listed(codes: Sequence[str]) -> str:
    """They are codes in small letters, by the rule's own check; quotes are doubled all the same."""
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
