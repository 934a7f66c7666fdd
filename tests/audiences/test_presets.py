"""Each preset chooses from a tiny lake whom its explanation says."""

from datetime import date
from typing import Any

import pytest

from huiqun.audiences import rules
from huiqun.audiences.presets import preset
from huiqun.foundation import lake
from tests.makers.audiences import TODAY, event, make_lake, profile, transaction

ANY = {"birth_date": date(1980, 6, 1), "sex": "M", "lifecycle": "growing", "opened_date": date(2020, 1, 1)}
BORN = {"young": date(2000, 1, 1), "thirty": date(1995, 11, 21), "thirty_one": date(1995, 11, 20)}
MONTHS = (date(2026, 7, 31), date(2026, 10, 31))

PEOPLE = {
    1: {**ANY, "birth_date": date(2008, 11, 20), "lifecycle": "new"},  # 18 today
    2: {**ANY, "birth_date": date(2008, 11, 21)},  # 17
    3: {**ANY, "birth_date": BORN["thirty"]},
    4: {**ANY, "birth_date": BORN["thirty_one"], "sex": "F"},
    5: {**ANY, "birth_date": date(1980, 11, 20), "lifecycle": "mature"},  # 46
    6: {**ANY, "birth_date": date(1960, 1, 1), "lifecycle": "dormant"},
    7: {**ANY, "lifecycle": "at_risk"},
    8: {**ANY, "opened_date": date(2026, 11, 1)},
    9: {**ANY, "birth_date": None},
}
AUM = {
    1: (0, 100),
    5: (10_000_000, 4_500_000),
    6: (60_000_000, 700_000_000),
    7: (100, 90),
    8: (9_000_000, 4_500_001),
}


@pytest.fixture
def tiny() -> None:
    make_lake(
        profiles=[profile(each, 1, **values) for each, values in PEOPLE.items()],
        aum=[
            {"dt": dt, "customer_id": each, "aum_fen": amount}
            for each, amounts in AUM.items()
            for dt, amount in zip(MONTHS, amounts, strict=True)
        ],
        holdings=[
            {
                "dt": TODAY,
                "customer_id": 1,
                "product_code": "K",
                "product_kind": "credit_card",
                "amount_fen": 0,
            },
            {
                "dt": TODAY,
                "customer_id": 6,
                "product_code": "D",
                "product_kind": "deposit",
                "amount_fen": 5_000_000,
                "matures_date": date(2026, 12, 20),
            },
        ],
        transactions=[
            transaction("t1", 4, "spend", amount_fen=300_000),
            transaction("t2", 4, "spend", amount_fen=200_001, days_ago=29),
            transaction("t3", 3, "plan_paused", product_kind="fund", days_ago=20),
            transaction("t4", 5, "plan_paused", product_kind="fund", days_ago=20),
            transaction("t5", 5, "plan_started", product_kind="fund", days_ago=10),
            transaction("t6", 7, "buy", product_kind="foreign_exchange", days_ago=3),
        ],
        app_events=[
            *(event(f"v{each}", 2, "view", topic="study_abroad", days_ago=each) for each in (1, 2)),
            *(event(f"w{each}", 7, "view", topic="study_abroad", days_ago=each) for each in (1, 2)),
            *(event(f"x{each}", 3, "login", topic=None, days_ago=each) for each in range(4)),
            *(event(f"y{each}", 1, "login", topic=None, days_ago=each) for each in range(4)),
        ],
    )


@pytest.mark.parametrize(
    ("key", "members"),
    [
        ("young", {1, 3}),
        ("middle", {4}),
        ("older", {5, 6, 7, 8}),
        ("young_without_card", {3}),
        ("new", {1}),
        ("growing", {2, 3, 4, 8, 9}),
        ("mature", {5}),
        ("at_risk", {5, 7}),
        ("dormant", {6}),
        ("women_spending", {4}),
        ("paused_plan", {3}),
        ("study_abroad", {2}),
        ("assets_halved", {5}),
        ("seniors_maturing", {6}),
        ("no_second_product", {8}),
        ("almost_there", {5, 8}),
        ("high_net_worth", {6}),
        ("birthday", {1, 2, 3, 4, 5}),
    ],
)
def test_chooses_whom_it_says(tiny: None, key: str, members: set[int]) -> None:
    found: Any = preset(key)
    query = rules.compile_rule(rules.parse(found.rule), today=TODAY, branch_ids=[1])
    chosen = {row[0] for row in lake.connect().execute(rules.sql_text(query)).fetchall()}
    assert chosen == members
