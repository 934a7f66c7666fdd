"""What the customers hold and do, following from who they are.

Money is in fen. Every function gives columns whose first is the customer's ordinal.
"""

from typing import Any, TypeAlias

import numpy as np

from huiqun_demo.bank.population import (
    AT_RISK,
    DORMANT,
    MATURE,
    NEW,
    NO_DAY,
    RETIRED,
    STUDENT,
    Floats,
    Ints,
    Population,
)
from huiqun_demo.bank.shelf import SHELF
from huiqun_demo.bank.words import TOPICS

Columns: TypeAlias = dict[str, Any]

MONTHS = 12
TRANSACTION_DAYS = 180
EVENT_DAYS = 90
KINDS = {product.code: product.kind for product in SHELF}


def month_ends(today: int) -> Ints:
    """The last day of each of the twelve months before this one, oldest first."""
    month = (np.datetime64("1970-01-01", "D") + np.timedelta64(today, "D")).astype("datetime64[M]")
    first_days = (month - np.arange(MONTHS - 1, -1, -1)).astype("datetime64[D]")
    return np.asarray((first_days - np.datetime64("1970-01-01", "D")).astype(np.int64) - 1)


def draw_aum(people: Population, *, seed: int) -> tuple[Floats, Columns]:
    """Assets under management now (yuan per person), and by month end since the account was opened."""
    rng = np.random.default_rng([seed, 2])
    noise = 0.10 if people.size else 0.0
    steps = rng.normal(0.006, noise, (people.size, MONTHS))
    steps[people.stage == DORMANT] = 0.0
    leaving = people.stage == AT_RISK
    steps[leaving, -3:] = np.log(rng.uniform(0.45, 0.72, (int(leaving.sum()), 3)))
    path = people.wealth[:, None] * np.exp(np.cumsum(steps, axis=1))
    ends = month_ends(people.today)
    rows, months = np.nonzero(ends[None, :] >= people.opened[:, None])
    columns = {
        "ordinal": people.ordinal[rows],
        "dt": ends[months],
        "aum_fen": (path[rows, months] * 100).astype(np.int64),
    }
    return np.asarray(path[:, -1], dtype=np.float64), columns


def draw_holdings(people: Population, aum: Floats, *, seed: int) -> Columns:
    """What each holds today; products above a customer's risk level are not held."""
    rng = np.random.default_rng([seed, 3])
    level = people.risk_level
    rich = np.clip(np.log10(np.maximum(aum, 100) / 30_000) / 2, 0, 0.6)
    active = people.stage != DORMANT
    parts: list[tuple[str, Any, Floats]] = [
        ("D012", active & (rng.random(people.size) < 0.22 + rich * 0.5), rng.uniform(0.2, 0.6, people.size)),
        (
            "D036",
            active & (aum > 600_000) & (rng.random(people.size) < 0.4),
            rng.uniform(0.3, 0.5, people.size),
        ),
        (
            "S090",
            (level >= 2) & active & (rng.random(people.size) < 0.06),
            rng.uniform(0.1, 0.3, people.size),
        ),
        (
            "W101",
            (level >= 2) & active & (rng.random(people.size) < 0.12 + rich),
            rng.uniform(0.1, 0.5, people.size),
        ),
        (
            "W205",
            (level >= 3) & active & (rng.random(people.size) < rich),
            rng.uniform(0.1, 0.4, people.size),
        ),
        (
            "F301",
            (level >= 1) & active & (rng.random(people.size) < 0.16),
            rng.uniform(0.03, 0.2, people.size),
        ),
        (
            "F322",
            (level >= 3) & active & (rng.random(people.size) < 0.10),
            rng.uniform(0.03, 0.2, people.size),
        ),
        (
            "F318",
            (level >= 4) & active & (rng.random(people.size) < 0.22),
            rng.uniform(0.03, 0.3, people.size),
        ),
        (
            "G501",
            (level >= 3) & active & (rng.random(people.size) < 0.05),
            rng.uniform(0.02, 0.1, people.size),
        ),
        (
            "I405",
            (level >= 2) & active & (rng.random(people.size) < rich * 0.3),
            rng.uniform(0.05, 0.2, people.size),
        ),
    ]
    # Each part is a weight; what is left over stays in the current account.
    weights = np.stack([np.where(owns, weight, 0.0) for _code, owns, weight in parts])
    total = weights.sum(axis=0)
    weights = weights / np.maximum(total / 0.92, 1.0)
    rows: list[tuple[str, Ints, Floats]] = []
    for (code, _owns, _weight), share in zip(parts, weights, strict=True):
        held = np.nonzero(share * aum >= 100)[0]
        rows.append((code, held, share[held] * aum[held]))
    everyone = np.arange(people.size)
    rows.append(("D001", everyone, aum * (1 - weights.sum(axis=0))))
    rows.append(_owed(rng, "L601", people.borrower, 60_000, 0.7))
    rows.append(_owed(rng, "L605", people.borrower & (people.age > 27), 780_000, 0.5))
    rows.append(_owed(rng, "C701", people.cardholder & (people.age < 32), 3_200, 0.9))
    rows.append(_owed(rng, "C702", people.cardholder & (people.age >= 32), 8_600, 0.9))
    return _holding_columns(rng, people, rows)


def _owed(
    rng: np.random.Generator, code: str, who: Any, middle: float, spread: float
) -> tuple[str, Ints, Floats]:
    held = np.nonzero(who)[0]
    if code == "L605":
        held = held[rng.random(len(held)) < 0.4]
    return code, held, np.asarray(middle * np.exp(rng.normal(0, spread, len(held))), dtype=np.float64)


def _holding_columns(
    rng: np.random.Generator, people: Population, rows: list[tuple[str, Ints, Floats]]
) -> Columns:
    term = {product.code: product.term_days for product in SHELF}
    index = np.concatenate([held for _code, held, _amount in rows])
    matures = [
        people.today + rng.integers(1, term[code] or 2, len(held))
        if term[code]
        else np.full(len(held), NO_DAY)
        for code, held, _amount in rows
    ]
    codes = np.concatenate([np.full(len(held), code, dtype=object) for code, held, _amount in rows])
    return {
        "ordinal": people.ordinal[index],
        "dt": np.full(len(index), people.today - 1),
        "product_code": codes,
        "product_kind": np.array([KINDS[code] for code in codes], dtype=object),
        "amount_fen": (np.concatenate([amount for _code, _held, amount in rows]) * 100).astype(np.int64),
        "matures_date": np.concatenate(matures).astype(np.int64),
    }


def draw_transactions(people: Population, holdings: Columns, *, seed: int) -> Columns:
    """Half a year: spending, salaries, deposits, purchases, fund plans started and paused, openings."""
    rng = np.random.default_rng([seed, 4])
    first = np.maximum(people.today - TRANSACTION_DAYS, people.opened)
    months = np.where(people.stage == DORMANT, 0.0, (people.today - first) / 30)
    monthly = people.income / 12
    quiet = np.where(people.stage == AT_RISK, 0.45, 1.0)
    often = (1.5 + np.clip(8 - (people.age - 25) / 8, 1, 9)) * quiet * 0.75
    parts = [
        _spread(rng, people, first, rng.poisson(often * months), "spend", "", monthly / 22, 0.95),
        _salaries(rng, people, first),
        _spread(
            rng,
            people,
            first,
            rng.poisson(0.35 * months * quiet),
            "deposit_in",
            "deposit",
            monthly * 0.6,
            0.8,
        ),
        *_trades(rng, people, holdings, first),
        _plans(rng, people),
        _openings(people),
    ]
    return _with_times(rng, people, parts, prefix="t")


def _part(index: Ints, day: Ints, kind: str, product_kind: Any, code: Any, amount: Floats) -> Columns:
    size = len(index)
    return {
        "index": index,
        "day": day,
        "kind": np.full(size, kind, dtype=object),
        "product_kind": np.full(size, product_kind, dtype=object)
        if isinstance(product_kind, str)
        else product_kind,
        "product_code": np.full(size, code, dtype=object) if isinstance(code, str) else code,
        "amount_fen": np.maximum(100, amount * 100).astype(np.int64),
    }


def _days(rng: np.random.Generator, people: Population, first: Ints, index: Ints) -> Ints:
    span = np.maximum(people.today - first[index], 1)
    return np.asarray(first[index] + (rng.random(len(index)) * span).astype(np.int64), dtype=np.int64)


def _spread(
    rng: np.random.Generator,
    people: Population,
    first: Ints,
    counts: Ints,
    kind: str,
    product_kind: str,
    middle: Floats,
    spread: float,
) -> Columns:
    index = np.repeat(np.arange(people.size), counts)
    amount = middle[index] * np.exp(rng.normal(0, spread, len(index)))
    code = "D001" if product_kind == "deposit" else ""
    return _part(index, _days(rng, people, first, index), kind, product_kind, code, amount)


def _salaries(rng: np.random.Generator, people: Population, first: Ints) -> Columns:
    """Paid on the tenth, to a third of those who work or draw a pension."""
    paid = (people.occupation != STUDENT) & (people.stage != DORMANT) & (rng.random(people.size) < 0.33)
    epoch = np.datetime64("1970-01-01", "D")
    month = (epoch + np.timedelta64(people.today, "D")).astype("datetime64[M]")
    tenths = ((month - np.arange(6)).astype("datetime64[D]") - epoch).astype(np.int64) + 9
    index, which = np.nonzero(
        paid[:, None] & (tenths[None, :] >= first[:, None]) & (tenths[None, :] < people.today)
    )
    wobble = np.exp(rng.normal(0, 0.04, len(index)))
    return _part(index, tenths[which], "salary", "", "", people.income[index] / 12 * wobble)


def _trades(rng: np.random.Generator, people: Population, holdings: Columns, first: Ints) -> list[Columns]:
    """A third of what is held was bought within the half year; some was redeemed."""
    kinds = holdings["product_kind"]
    held = np.isin(kinds.astype(str), ("wealth", "fund", "insurance", "precious_metal", "structured_deposit"))
    parts = []
    for kind, rate in (("buy", 0.35), ("redeem", 0.10)):
        chosen = np.nonzero(held & (rng.random(len(kinds)) < rate))[0]
        index = holdings["ordinal"][chosen] - 1
        amount = holdings["amount_fen"][chosen] / 100 * rng.uniform(0.2, 1, len(chosen))
        parts.append(
            _part(
                index,
                _days(rng, people, first, index),
                kind,
                kinds[chosen],
                holdings["product_code"][chosen],
                amount,
            )
        )
    return parts


def _plans(rng: np.random.Generator, people: Population) -> Columns:
    """Fund plans: begun in the half year by some, and paused again by a part of them."""
    saver = (people.risk_level >= 3) & (people.stage != DORMANT) & (people.opened < people.today - 60)
    index = np.nonzero(saver & (rng.random(people.size) < 0.16))[0]
    started = people.today - rng.integers(50, TRANSACTION_DAYS, len(index))
    started = np.maximum(started, people.opened[index])
    paused = rng.random(len(index)) < 0.38
    paused_on = np.minimum(started[paused] + rng.integers(20, 120, int(paused.sum())), people.today - 1)
    amount = rng.choice((300.0, 500.0, 1000.0, 2000.0), len(index))
    start = _part(index, started, "plan_started", "fund", "F322", amount)
    pause = _part(index[paused], paused_on, "plan_paused", "fund", "F322", amount[paused])
    return {name: np.concatenate((start[name], pause[name])) for name in start}


def _openings(people: Population) -> Columns:
    index = np.nonzero(people.stage == NEW)[0]
    return _part(index, people.opened[index], "account_opened", "deposit", "D001", np.zeros(len(index)))


def _with_times(
    rng: np.random.Generator, people: Population, parts: list[Columns], *, prefix: str
) -> Columns:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["day"], kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    size = len(order)
    # Waking hours of Asia/Shanghai, as UTC microseconds: 07:00-22:59 local is 23:00 the day before to 14:59.
    seconds = (rng.normal(14.5, 3.6, size).clip(7, 22.9) * 3600).astype(np.int64) - 8 * 3600
    index, day = columns.pop("index"), columns.pop("day")
    return {
        "ordinal": people.ordinal[index],
        "event_id": np.char.add(f"{prefix}-", np.arange(1, size + 1).astype(str)).astype(object),
        "at": (day * 86_400 + seconds) * 1_000_000,
        "dt": day,
        **columns,
    }


def draw_events(people: Population, *, seed: int) -> Columns:
    """Logins, pages read and searches in the app during ninety days."""
    rng = np.random.default_rng([seed, 5])
    first = np.maximum(people.today - EVENT_DAYS, people.opened)
    months = (people.today - first) / 30
    parts = []
    for kind, rate in (("login", 0.55), ("view", 0.45), ("search", 0.08)):
        index = np.repeat(np.arange(people.size), rng.poisson(people.digital * months * rate))
        topic = np.full(len(index), "", dtype=object) if kind == "login" else _topics(rng, people, index)
        parts.append(
            {
                "index": index,
                "day": _days(rng, people, first, index),
                "kind": np.full(len(index), kind, dtype=object),
                "topic": topic,
            }
        )
    return _with_times(rng, people, parts, prefix="e")


def _topics(rng: np.random.Generator, people: Population, index: Ints) -> Any:
    """What somebody of this age and stage reads about, drawn by inverse of the summed weights."""
    young, old = people.age < 31, people.age >= 46
    weights = np.ones((people.size, len(TOPICS)))
    weights[:, TOPICS.index("benefits")] = 2.0
    weights[:, TOPICS.index("study_abroad")] = np.where((people.age > 38) & (people.age < 52), 0.5, 0.12)
    weights[:, TOPICS.index("pension")] = np.where(old, 2.0, 0.4)
    weights[:, TOPICS.index("credit_card")] = np.where(young, 2.5, 0.8)
    weights[:, TOPICS.index("fund")] = np.where(people.risk_level >= 3, 2.4, 0.4)
    weights[:, TOPICS.index("wealth")] = np.where(people.stage == MATURE, 3.0, 1.0)
    weights[:, TOPICS.index("loan")] = np.where(people.occupation == RETIRED, 0.1, 0.9)
    limits = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    choice = (rng.random(len(index))[:, None] > limits[index]).sum(axis=1).clip(max=len(TOPICS) - 1)
    return np.array(TOPICS, dtype=object)[choice]
