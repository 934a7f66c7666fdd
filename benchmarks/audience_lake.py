"""A made-up bank's lake: a fixed seed, the product's own datasets, written by staging and publishing.

Of N customers: 2 N holdings, 4 N month-end assets, 5 N transactions and 5 N app events of 120 days, N touches of
30 days. A few customers do most of it, one event in a thousand comes twice (publication thins them out), incomes
and amounts have long tails. The bank's day is the first of November 2026.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TODAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
"""Ten in the morning at the bank."""
DAYS, TOUCH_DAYS = 120, 30
MONTH_ENDS = (date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))
SEED = 0x48715175
BRANCHES = 221
PART = 500_000
STAGED_UP_TO = 1_000_000
CAMPAIGNS = ("double_eleven", "school_start", "wealth_planet", "bring_a_friend")
HOUR = 3_600_000_000
"""In microseconds."""
EAST = 8 * HOUR

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Codes:
    """Text values with the share of each."""

    values: tuple[str | None, ...]
    shares: tuple[float, ...]

    def draw(self, dice: np.random.Generator, n: int) -> Numbers:
        return np.searchsorted(np.cumsum(self.shares)[:-1], dice.random(n)).astype(np.int8)

    def text(self, drawn: Numbers) -> pa.Array:
        return pa.array(self.values, pa.string()).take(pa.array(drawn))


SEX = Codes(("F", "M"), (0.5, 0.5))
CITY = Codes(("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "西安", "南京", "厦门"), (0.1,) * 10)
INCOME = Codes(("10万以下", "10-20万", "20-50万", "50-100万", "100万以上"), (0.35, 0.33, 0.22, 0.08, 0.02))
JOB = Codes(("职员", "教师", "医生", "个体经营", "工程师", "退休"), (0.4, 0.1, 0.06, 0.16, 0.14, 0.14))
STAGE = Codes(("new", "growing", "mature", "at_risk", "dormant"), (0.02, 0.2, 0.48, 0.1, 0.2))
HELD = Codes(
    ("deposit", "wealth", "fund_plan", "insurance", "credit_card", "foreign_exchange"),
    (0.34, 0.22, 0.12, 0.08, 0.18, 0.06),
)
STATUS = Codes(("active", "paused", "ended", "matured"), (0.74, 0.09, 0.10, 0.07))
DEED = Codes(("spend", "deposit_in", "salary", "buy", "redeem"), (0.80, 0.10, 0.04, 0.05, 0.01))
BOUGHT = Codes(("wealth", "fund", "deposit", "foreign_exchange"), (0.45, 0.30, 0.18, 0.07))
DID = Codes(
    ("view", "login", "campaign_shown", "campaign_click", "campaign_joined"), (0.62, 0.25, 0.09, 0.032, 0.008)
)
TOPIC = Codes(
    (
        "wealth",
        "deposit",
        "fund",
        "credit_card",
        "benefits",
        "loan",
        "insurance",
        "pension",
        "study_abroad",
        None,
    ),
    (0.14, 0.12, 0.10, 0.09, 0.14, 0.06, 0.05, 0.03, 0.012, 0.258),
)
CAMPAIGN = Codes(CAMPAIGNS, (0.25,) * 4)
CHANNEL = Codes(("sms", "push", "wecom"), (0.6, 0.3, 0.1))


def make(customers: int, say: Callable[[str], None] = print) -> None:
    """Make the lake, unless it is there; the same one for the same number of customers.

    Up to a million customers it comes about as every lake does: events are staged, published and compacted.
    Beyond that the files are written straight as compaction leaves them, which takes a third of the time.
    """
    from huiqun.foundation import lake

    if lake.version():
        return
    bank = _Bank(customers)
    newest = str(MONTH_ENDS[-1])
    lake.stage("profiles", _reader(bank.profiles()), replace=True)
    lake.stage("holdings", _reader(bank.holdings()), partition=newest, replace=True)
    for index, day in enumerate(MONTH_ENDS):
        lake.stage("aum", _reader(bank.aum(index)), partition=str(day), replace=True)
    say("profiles, holdings and assets are staged")
    if customers > STAGED_UP_TO:
        lake.publish(now=NOW)
        _write_straight(bank, say)
        return
    for dataset, month, days in _months():
        lake.stage(dataset, _reader(bank.day(dataset, ago) for ago in days), partition=month)
    say("events are staged")
    done = lake.publish(now=NOW)
    say(f"published: {done.rows:,} rows, {done.duplicates:,} had come twice")
    say(f"compacted: {lake.compact(now=NOW)} files")


def _months() -> Iterator[tuple[str, str, list[int]]]:
    """Dataset, month, and how many days ago its days are."""
    for dataset, days in (("transactions", DAYS), ("app_events", DAYS), ("contacts", TOUCH_DAYS)):
        for month, ago in groupby(range(days, 0, -1), key=lambda ago: f"{TODAY - timedelta(days=ago):%Y-%m}"):
            yield dataset, month, list(ago)


def _write_straight(bank: "_Bank", say: Callable[[str], None]) -> None:
    from huiqun.foundation.lake.manifest import manifest, next_version, publisher, write

    files = []
    for dataset, month, days in _months():
        files.append(_sorted_file(dataset, month, (bank.day(dataset, ago, twice=False) for ago in days)))
        say(f"{dataset} of {month} are written")
    with publisher():
        current, number = manifest(), next_version()
        added = tuple(replace(each, published_in=number) for each in files)
        write(replace(current, version=number, previous=current.version, files=(*current.files, *added)))


def _sorted_file(dataset: str, month: str, rows: Iterator[pa.RecordBatch]) -> Any:
    """A month as compaction leaves it."""
    import duckdb

    from huiqun.foundation import lake
    from huiqun.foundation.lake.compacting import order_of
    from huiqun.foundation.lake.manifest import LakeFile, folder, relative

    shape = lake.DATASETS[dataset]
    order, name = order_of(shape), f"{NOW:%Y%m%d}-{dataset}-{month}"
    path = folder() / "data" / dataset / month / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"SET TimeZone = 'UTC'; SET memory_limit = '3GB'; SET temp_directory = '{folder()}/spill'"
        )
        connection.register("rows", _reader(rows))
        listed = ", ".join(
            f'"{each}"' if each in _columns(dataset) else f'NULL::VARCHAR AS "{each}"' for each in shape.names
        )
        by = ", ".join(f'"{each}"' for each in order)
        connection.execute(
            f"COPY (SELECT {listed} FROM rows ORDER BY {by}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )
        (count, first, last) = connection.execute(
            f"SELECT count(*), min(dt)::VARCHAR, max(dt)::VARCHAR FROM read_parquet('{path}')"
        ).fetchall()[0]
    return LakeFile(
        dataset=dataset,
        partition=month,
        path=relative(path),
        rows=count,
        bytes=path.stat().st_size,
        sha256=lake.file_digest(path),
        source="benchmark",
        staged_id=name,
        published_in=0,
        first_day=first,
        last_day=last,
        sorted_by=order,
    )


def _columns(dataset: str) -> frozenset[str]:
    return frozenset(_Bank(100_000).day(dataset, 1).schema.names)


def _reader(rows: Iterator[pa.RecordBatch]) -> pa.RecordBatchReader:
    first = next(rows)
    return pa.RecordBatchReader.from_batches(first.schema, chain((first,), rows))


def five_minutes(customers: int, number: int, *, times: int = 1) -> dict[str, pa.Table]:
    """Events of a few minutes of today, after those of the lake: ``times`` as many as in the average."""
    bank = _Bank(customers)
    rows = max(round(5 * customers / DAYS / 288 * times), 10)
    return {
        name: pa.Table.from_batches(
            [bank.events(name, 0, rows, first=(1_000 + number) * 10**10, seed=number)]
        )
        for name in ("transactions", "app_events")
    }


class _Bank:
    def __init__(self, customers: int) -> None:
        self.customers = customers

    def profiles(self) -> Iterator[pa.RecordBatch]:
        for part, ids in self._parts():
            dice, n = _dice(1, part), len(ids)
            age_days = np.clip(dice.normal(43.5, 15, n), 18, 96) * 365.2425
            yield pa.RecordBatch.from_pydict(
                {
                    "customer_id": ids,
                    "branch_id": dice.integers(1, BRANCHES + 1, n),
                    "birth_date": _days(_number(TODAY) - age_days.astype(np.int64)),
                    "sex": SEX.text(SEX.draw(dice, n)),
                    "occupation": JOB.text(JOB.draw(dice, n)),
                    "income_band": INCOME.text(INCOME.draw(dice, n)),
                    "city": CITY.text(CITY.draw(dice, n)),
                    "risk_level": pa.array(
                        1 + np.searchsorted((0.15, 0.45, 0.75, 0.93), dice.random(n)), pa.int32()
                    ),
                    "risk_assessed_date": _days(_number(TODAY) - dice.integers(0, 520, n)),
                    "lifecycle": STAGE.text(STAGE.draw(dice, n)),
                    "opened_date": _days(_opened(part, n)),
                    "consent_sms": dice.random(n) < 0.72,
                    "is_staff": dice.random(n) < 0.002,
                    "do_not_disturb": dice.random(n) < 0.03,
                }
            )

    def holdings(self) -> Iterator[pa.RecordBatch]:
        for part, ids in self._parts():
            dice, n = _dice(2, part), 2 * len(ids)
            who = np.sort(dice.integers(0, len(ids), n))
            kind, status = HELD.draw(dice, n), STATUS.draw(dice, n)
            status[(kind != HELD.values.index("fund_plan")) & (status == 1)] = 0
            matures = pa.array((_number(TODAY) + dice.integers(-60, 940, n)).astype(np.int32), mask=kind > 1)
            yield pa.RecordBatch.from_pydict(
                {
                    "dt": pa.repeat(pa.scalar(MONTH_ENDS[-1], pa.date32()), n),
                    "customer_id": ids[who],
                    "product_code": pc.binary_join_element_wise("P", _text(dice.integers(100, 400, n)), ""),
                    "product_kind": HELD.text(kind),
                    "amount_fen": _money(dice, n, 10.2, 1.1),
                    "matures_date": matures.cast(pa.date32()),
                    "status": STATUS.text(status),
                    "changed_date": _days(_number(TODAY) - 1 - dice.integers(0, 220, n)),
                }
            )

    def aum(self, index: int) -> Iterator[pa.RecordBatch]:
        """Assets go up and down a little; those of one customer in 25 melt away."""
        for part, ids in self._parts():
            dice, n = _dice(3, part), len(ids)
            amount = _money(dice, n, 9.6, 1.5).astype(np.float64)
            leaves, how_fast = dice.random(n) < 0.04, dice.random(n) * 0.9
            ups = 1 + 0.02 * index * np.clip(dice.standard_normal(n), -3, 3)
            now = amount * np.where(leaves, 1 - how_fast * index / 3, ups)
            now = np.where(_opened(part, n) <= _number(MONTH_ENDS[index]), now, 0)
            yield pa.RecordBatch.from_pydict(
                {
                    "dt": pa.repeat(pa.scalar(MONTH_ENDS[index], pa.date32()), n),
                    "customer_id": ids,
                    "aum_fen": now.astype(np.int64),
                }
            )

    def day(self, dataset: str, ago: int, *, twice: bool = True) -> pa.RecordBatch:
        """A day's events; ``twice``: one in a thousand is delivered again."""
        rows = self.customers // TOUCH_DAYS if dataset == "contacts" else 5 * self.customers // DAYS
        batch = self.events(dataset, ago, rows, first=ago * 10**10, seed=ago)
        if not twice:
            return batch
        again = np.sort(_dice(8, ago).integers(0, rows, rows // 1000))
        both = pa.Table.from_batches([batch, batch.take(pa.array(again))])
        return both.combine_chunks().to_batches()[0]

    def events(self, dataset: str, ago: int, rows: int, *, first: int, seed: int) -> pa.RecordBatch:
        """In the order in which they happen."""
        table = ("transactions", "app_events", "contacts").index(dataset)
        dice = _dice(4 + table, seed)
        day = TODAY - timedelta(days=ago)
        until = 24 * HOUR if ago else NOW.hour * HOUR + EAST
        at = _number(day) * 24 * HOUR - EAST + np.sort(dice.integers(0, until, rows))
        body = {
            "event_id": pc.binary_join_element_wise("tac"[table], _text(first + np.arange(rows)), ""),
            "at": pa.array(at, pa.timestamp("us", "UTC")),
            "dt": pa.repeat(pa.scalar(day, pa.date32()), rows),
            "customer_id": self._busy(dice, rows, (1.6, 1.8, 1.7)[table]),
            **(_transactions, _app_events, _contacts)[table](dice, rows),
        }
        return pa.RecordBatch.from_pydict(body)

    def _busy(self, dice: np.random.Generator, rows: int, skew: float) -> Numbers:
        """Ids, the busiest ones much more often than others, and not all next to one another."""
        rank = (self.customers * dice.random(rows) ** skew).astype(np.int64)
        return (rank * 618_033_989 + 77_777) % self.customers + 1

    def _parts(self) -> Iterator[tuple[int, Numbers]]:
        for part, start in enumerate(range(0, self.customers, PART)):
            yield part, np.arange(start + 1, min(start + PART, self.customers) + 1)


def _transactions(dice: np.random.Generator, rows: int) -> dict[str, pa.Array]:
    kind, bought = DEED.draw(dice, rows), BOUGHT.draw(dice, rows)
    is_about = kind >= DEED.values.index("buy")
    fen = _money(dice, rows, 4.6, 1.25) * np.where(is_about, 40, 1)
    return {
        "kind": DEED.text(kind),
        "product_kind": _only_where(is_about, BOUGHT.text(bought)),
        "amount_fen": fen,
        "source": pa.repeat("delivered", rows),
    }


def _app_events(dice: np.random.Generator, rows: int) -> dict[str, pa.Array]:
    """A page is about a topic, an event of a campaign names the campaign."""
    kind = DID.draw(dice, rows)
    topic, campaign = TOPIC.text(TOPIC.draw(dice, rows)), CAMPAIGN.text(CAMPAIGN.draw(dice, rows))
    of_campaign = pc.greater(pa.array(kind), 1)
    about = pc.if_else(of_campaign, campaign, _only_where(kind == 0, topic))
    return {"kind": DID.text(kind), "topic": about}


def _contacts(dice: np.random.Generator, rows: int) -> dict[str, pa.Array]:
    return {"kind": pa.repeat("sent", rows), "channel": CHANNEL.text(CHANNEL.draw(dice, rows))}


def _dice(*key: int) -> np.random.Generator:
    return np.random.default_rng((SEED, *key))


def _opened(part: int, n: int) -> Numbers:
    """The day of opening; one customer in eighty is new."""
    dice = _dice(9, part)
    long_ago = 46 + (dice.random(n) ** 1.4 * 5_400).astype(np.int64)
    return _number(TODAY) - np.where(dice.random(n) < 0.0125, dice.integers(1, 46, n), long_ago)


def _money(dice: np.random.Generator, n: int, mean: float, spread: float) -> Numbers:
    return (np.exp(dice.normal(mean, spread, n)) * 100).astype(np.int64)


def _text(numbers: Numbers) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _days(numbers: Numbers) -> pa.Array:
    return pa.array(numbers.astype(np.int32)).cast(pa.date32())


def _only_where(wanted: Numbers, values: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(wanted), values, pa.scalar(None, pa.string()))
