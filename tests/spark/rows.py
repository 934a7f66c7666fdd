"""A small lake of all that engines are known to disagree about."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.makers.audiences import TODAY

PEOPLE = 160
BIRTHDAYS = [
    date(1, 1, 1),
    date(1582, 10, 4),
    date(1582, 10, 15),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(1926, 11, 20),
    date(1960, 2, 29),
    date(1965, 1, 1),
    date(1969, 12, 31),
    date(1970, 1, 1),
    date(1996, 11, 19),
    date(1996, 11, 20),
    date(1996, 11, 21),
    date(2000, 2, 29),
]
TEXTS = [
    "杭州",
    "杭州 ",
    " 杭州",
    "杭州市",
    "Hangzhou",
    "hangzhou",
    "HANGZHOU",
    "O'Fallon",
    "100%",
    "100",
    "a_b",
    "aXb",
    "C:\\x",
    "\\%",
    "é",
    "e\u0301",
    "ß",
    "SS",
    "İ",
    "i",
    "ﬁ",
    "１２",
    "𠮷野家",
    "👩‍👩‍👧",
    "\u200b杭州",
    "杭州\u3000",
    '"',
    "${x}",
    "{{ x }}",
    "$1",
    "?",
    "--",
    "NULL",
    "null",
    "a  b",
]
NUMBERS = [
    "41", "58.5", "-3", "+7", " 41", "41 ", "0", "-0", "00041", ".5", "5.", "41.0000004", "41.0000005",
    "40.9999995", "-41.0000005", "1e3", "1E-3", "1_000", "0x1F", "１２", "٣", "nan", "NaN", "inf", "-Infinity",
    "old", "4 1", "1,000", "41d", "41L", "--3", "1e400", "1e-400", "99999999999", "3.14159265358979", "\u00a041", "41\u3000",
    "true", "½", "41\t", "12345678.", "-",
]  # fmt: skip
AMOUNTS = [0, 1, -1, -100, 50_000, 250_000, 500_000, 4_999_999, 5_000_000, 10_000_000]
GREAT = [2**53, 2**53 + 1, 10**15, -(10**15), 2**60]
KINDS = ["deposit", "fund", "credit_card", "wealth"]
DEEDS = ["spend", "buy", "plan_paused", "plan_started", "salary"]
TOUCHES = [
    "sent", "delivered", "bounced", "clicked", "unsubscribed", "complained",
    "joined", "interested", "converted", "control", "claimed", "used",
]  # fmt: skip
TOPICS = ["study_abroad", "fund", "留学金融", "it's", "deposit", None]
MOMENTS = [
    datetime(2026, 11, 19, 15, 59, 59, 999_999, tzinfo=UTC),  # a microsecond before the bank's midnight
    datetime(2026, 11, 19, 16, 0, tzinfo=UTC),
    datetime(2026, 11, 19, 23, 59, 59, 999_999, tzinfo=UTC),  # before midnight in UTC
    datetime(2026, 11, 20, 0, 0, tzinfo=UTC),
    datetime(2026, 10, 21, 16, 0, tzinfo=UTC),
    datetime(2026, 10, 20, 15, 59, 59, tzinfo=UTC),
]


def rows(seed: int = 11) -> dict[str, list[dict[str, Any]]]:
    """By dataset, the same for a seed. The last ten customers have nothing but a profile without anything in it."""
    rng = random.Random(seed)
    active = range(1, PEOPLE - 9)
    return {
        "profiles": [_profile(each, rng, each in active) for each in range(1, PEOPLE + 1)],
        "attributes": [
            {"customer_id": each, "name": name, "value": rng.choice([*values, None])}
            for each in active
            for name, values in (
                ("job", TEXTS),
                ("grade", NUMBERS),
                ("等级", TEXTS),
                ("score:churn", NUMBERS),
                ("tag:vip", TEXTS),
            )
            if rng.random() < 0.9
        ],
        "holdings": [_holding(rng, rng.choice(active)) for _ in range(500)],
        "aum": [
            {"dt": dt, "customer_id": each, "aum_fen": rng.choice([*AMOUNTS[5:], 0, 10**15, 2**53 + 1])}
            for dt in (date(2026, 7, 31), date(2026, 8, 31), date(2026, 10, 31), date(2026, 11, 30))
            for each in active
            if rng.random() < 0.8
        ],
        "transactions": _twice(rng, [_transaction(rng, n, rng.choice(active)) for n in range(1500)]),
        "app_events": _twice(rng, [_app_event(rng, n, rng.choice(active)) for n in range(900)]),
        "touches": _twice(rng, [_touch(rng, n, rng.choice(active)) for n in range(900)]),
    }


def _profile(customer_id: int, rng: random.Random, is_known: bool) -> dict[str, Any]:
    def maybe(value: Any) -> Any:
        return value if is_known and rng.random() > 0.1 else None

    return {
        "customer_id": customer_id,
        "branch_id": rng.choice([1, 2, 3]),
        "birth_date": maybe(rng.choice([*BIRTHDAYS, _day(rng, 25_000)])),
        "sex": maybe(rng.choice("FM")),
        "occupation": maybe(rng.choice(["教师", "医护", "退休"])),
        "income_band": maybe(rng.choice(["10万以下", "10-30万", "30万+"])),
        "city": maybe(rng.choice(TEXTS)),
        "risk_level": maybe(rng.randint(1, 5)),
        "risk_assessed_date": maybe(_day(rng, 500)),
        "lifecycle": maybe(rng.choice(["new", "growing", "mature", "at_risk", "dormant"])),
        "opened_date": maybe(_day(rng, 60)),
    }


def _holding(rng: random.Random, customer_id: int) -> dict[str, Any]:
    return {
        "dt": rng.choice(
            [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=30), TODAY + timedelta(days=1)]
        ),
        "customer_id": customer_id,
        "product_code": rng.choice("ABC"),
        "product_kind": rng.choice(KINDS),
        "amount_fen": rng.choice([*AMOUNTS, *GREAT]),
        "matures_date": rng.choice(
            [None, _day(rng, 10, 60), TODAY, TODAY + timedelta(days=30), date(9999, 12, 31)]
        ),
    }


def _transaction(rng: random.Random, number: int, customer_id: int) -> dict[str, Any]:
    return {
        **_event(rng, f"t{number}", customer_id, DEEDS),
        "product_kind": rng.choice([*KINDS, None]),
        "product_code": rng.choice(["A", "B", None]),
        "amount_fen": rng.choice([*AMOUNTS, None, *([rng.choice(GREAT)] if rng.random() < 0.2 else [])]),
        "source": "delivered",
    }


def _app_event(rng: random.Random, number: int, customer_id: int) -> dict[str, Any]:
    return {
        **_event(rng, f"e{number}", customer_id, ["login", "view", "search"]),
        "topic": rng.choice(TOPICS),
    }


def _touch(rng: random.Random, number: int, customer_id: int) -> dict[str, Any]:
    return {
        **_event(rng, f"m{number}", customer_id, TOUCHES),
        "campaign_id": rng.choice([1, 2, 7, None]),
        "channel": rng.choice(["sms", "email", None]),
        "topic": rng.choice(TOPICS),
    }


def _event(rng: random.Random, event_id: str, customer_id: int, kinds: list[str]) -> dict[str, Any]:
    at = datetime(2026, 11, 20, 3, tzinfo=UTC) - timedelta(minutes=rng.randint(0, 100 * 1440))
    at = rng.choice(MOMENTS) if rng.random() < 0.3 else at
    local = (at + timedelta(hours=8)).date()
    return {
        "event_id": event_id,
        "at": at,
        "dt": local,
        "customer_id": customer_id,
        "kind": rng.choice(kinds),
    }


def _twice(rng: random.Random, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some come again under their id, as deliveries do, and some customers do the same thing twice at one moment."""
    again = rng.sample(events, 30)
    alike = [{**each, "event_id": f"{each['event_id']}b"} for each in rng.sample(events, 30)]
    return [*events, *again, *alike]


def _day(rng: random.Random, back: int, ahead: int = 0) -> date:
    return TODAY - timedelta(days=rng.randint(-ahead, back))
