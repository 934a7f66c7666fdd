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


def touch(event_id: str, customer_id: int, kind: str, **over: Any) -> dict[str, Any]:
    return event(
        event_id, customer_id, kind, **{"campaign_id": None, "channel": "sms", "topic": None, **over}
    )


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
            {
                "dt": TODAY,
                "customer_id": 5,
                "product_code": "W",
                "product_kind": "wealth",
                "amount_fen": 5_000_000,
                "matures_date": date(2026, 11, 21),
            },
        ],
        transactions=[
            transaction("t1", 4, "spend", amount_fen=300_000),
            transaction("t2", 4, "spend", amount_fen=200_001, days_ago=29),
            transaction("t3", 3, "plan_paused", product_kind="fund", days_ago=20),
            transaction("t4", 5, "plan_paused", product_kind="fund", days_ago=20),
            transaction("t5", 5, "plan_started", product_kind="fund", days_ago=10),
            *(
                transaction(f"s{each}{days}", each, "salary", amount_fen=1, days_ago=days)
                for each, months in ((5, (30, 60, 100)), (7, (30, 60)), (8, (30, 60, 100)))
                for days in months
            ),
            transaction("t6", 7, "buy", product_kind="foreign_exchange", days_ago=3),
        ],
        app_events=[
            *(event(f"v{each}", 2, "view", topic="study_abroad", days_ago=each) for each in (1, 2)),
            *(event(f"w{each}", 7, "view", topic="study_abroad", days_ago=each) for each in (1, 2)),
            *(event(f"x{each}", 3, "login", topic=None, days_ago=each) for each in range(4)),
            *(event(f"y{each}", 1, "login", topic=None, days_ago=each) for each in range(4)),
        ],
        touches=[
            touch("a1", 1, "clicked", days_ago=20, campaign_id=1),
            touch("a2", 1, "converted", days_ago=13, campaign_id=1),
            touch("a3", 2, "clicked", days_ago=20, campaign_id=1),
            touch("a4", 2, "converted", days_ago=19, campaign_id=2),  # of another campaign
            touch("a5", 3, "clicked", days_ago=7, campaign_id=1),  # has a day left
            touch("a6", 9, "clicked", days_ago=20, campaign_id=1),
            touch("a7", 9, "converted", days_ago=12, campaign_id=1),  # too late
            touch("b1", 4, "claimed", days_ago=20),
            touch("b2", 5, "claimed", days_ago=20),
            touch("b3", 5, "used", days_ago=19),
            *(touch(f"m{each}", 3, "sent", days_ago=each) for each in range(3)),
            *(touch(f"n{each}", 4, "sent", days_ago=each) for each in (1, 2, 7)),
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
        ("maturing", {5, 6}),
        ("salary_without_wealth", {8}),
        ("gone_quiet", {6}),
        ("clicked_only", {2, 9}),
        ("claimed_unused", {4}),
        ("heard_often", {3}),
    ],
)
def test_chooses_whom_it_says(tiny: None, key: str, members: set[int]) -> None:
    found: Any = preset(key)
    query = rules.compile_rule(rules.parse(found.rule), today=TODAY, branch_ids=[1])
    chosen = {row[0] for row in lake.connect().execute(rules.sql_text(query)).fetchall()}
    assert chosen == members
