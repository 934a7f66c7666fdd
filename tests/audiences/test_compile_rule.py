"""A compiled rule chooses exactly whom the rule means: operator by operator, and on random trees."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqun.audiences import rules
from huiqun.foundation import lake
from tests.audiences.reference import chosen
from tests.makers.audiences import NOW, TODAY, make_lake

PEOPLE = 150
TOPICS = ["study_abroad", "fund", "留学金融", "it's", None]
KINDS = ["deposit", "fund", "credit_card"]
TOUCHES = [
    "sent", "delivered", "bounced", "clicked", "unsubscribed", "complained",
    "joined", "interested", "converted", "control", "claimed", "used",
]  # fmt: skip
DEEDS = ["spend", "buy", "plan_paused", "plan_started"]


def _rows(seed: int = 7) -> dict[str, list[dict[str, Any]]]:
    """Customers with gaps, births before 1970 and on 29 February, amounts that are nothing or negative."""
    rng = random.Random(seed)
    numbers = range(1, PEOPLE + 1)

    def maybe(value: Any, share: float = 0.15) -> Any:
        return None if rng.random() < share else value

    def day(back: int, ahead: int = 0) -> date:
        return TODAY - timedelta(days=rng.randint(-ahead, back))

    def born() -> date:
        if rng.random() < 0.2:
            return rng.choice([date(2000, 2, 29), date(1965, 1, 1), date(2001, 11, 20), date(2001, 11, 21)])
        return day(30_000)

    profiles = [
        {
            "customer_id": each,
            "branch_id": rng.choice([1, 2]),
            "birth_date": maybe(born()),
            "sex": maybe(rng.choice("FM")),
            "occupation": maybe(rng.choice(["教师", "医护", "退休"])),
            "income_band": None,
            "city": maybe(rng.choice(["杭州", "成都", "O'Fallon", "100%"])),
            "risk_level": maybe(rng.randint(1, 5)),
            "risk_assessed_date": maybe(day(500)),
            "lifecycle": maybe(rng.choice(["new", "growing", "mature", "at_risk", "dormant"])),
            "opened_date": maybe(day(60)),
        }
        for each in numbers
    ]
    attributes = [
        {"customer_id": each, "name": name, "value": maybe(rng.choice(values))}
        for each in numbers
        for name, values in (
            ("job", ["admin.", "'; DROP TABLE x--", "退休"]),
            ("age", ["41", "58.5", "nan", "old", "-3"]),
            ("tag:vip", ["1", None]),
            ("score:churn", ["0.9", "0.25", "?"]),
        )
        if rng.random() < 0.8
    ]
    holdings = [
        {
            "dt": rng.choice([TODAY, TODAY - timedelta(days=1)]),
            "customer_id": rng.choice(numbers),
            "product_code": rng.choice(["A", "B", "C"]),
            "product_kind": rng.choice(KINDS),
            "amount_fen": rng.choice([0, 1, 4_999_999, 5_000_000, 10_000_000]),
            "matures_date": maybe(day(10, 60), 0.3),
        }
        for _ in range(300)
    ]
    aum = [
        {"dt": dt, "customer_id": each, "aum_fen": rng.choice([0, 100, 5_000_000, 10_000_000, 20_000_001])}
        for dt in (date(2026, 7, 31), date(2026, 8, 31), date(2026, 10, 31))
        for each in numbers
        if rng.random() < 0.8
    ]

    def event(prefix: str, index: int, kinds: list[str]) -> dict[str, Any]:
        at = datetime(2026, 11, 20, 3, tzinfo=UTC) - timedelta(
            days=rng.randint(0, 100), hours=rng.randint(0, 23)
        )
        local = at + timedelta(hours=8)
        return {
            "event_id": f"{prefix}{index}",
            "at": at,
            "dt": local.date(),
            "customer_id": rng.choice(numbers),
            "kind": rng.choice(kinds),
        }

    transactions = [
        {
            **event("t", index, DEEDS),
            "product_kind": maybe(rng.choice(KINDS), 0.4),
            "product_code": (None, "A", "B")[index % 3],
            "amount_fen": maybe(rng.choice([1, 50_000, 250_000, 500_000, -100]), 0.1),
            "source": "delivered",
        }
        for index in range(1500)
    ]
    app_events = [
        {**event("e", index, ["login", "view", "search"]), "topic": rng.choice(TOPICS)}
        for index in range(800)
    ]
    touches = [
        {
            **event("m", index, TOUCHES),
            "campaign_id": maybe(rng.choice([1, 2]), 0.1),
            "channel": maybe(rng.choice(["sms", "email"])),
            "topic": None,
        }
        for index in range(900)
    ]
    return {
        "profiles": profiles,
        "attributes": attributes,
        "holdings": holdings,
        "aum": aum,
        "transactions": transactions,
        "app_events": app_events,
        "touches": touches,
    }


ROWS = _rows()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from django.test import override_settings

    with override_settings(HUIQUN_LAKE=str(tmp_path_factory.mktemp("lake"))):
        make_lake(now=NOW, **ROWS)
        opened = lake.connect()
    return opened


def compiled(connection: Any, rule: Any, branch_ids: list[int] | None = None) -> set[int]:
    query = rules.compile_rule(rules.parse(rule), today=TODAY, branch_ids=branch_ids)
    found = [row[0] for row in connection.execute(rules.sql_text(query)).fetchall()]
    assert len(found) == len(set(found))
    return set(found)


def leaf(field: str, op: str, value: Any = None, *, missing: str = "", **arguments: Any) -> dict[str, Any]:
    rule: dict[str, Any] = {"field": field, "op": op}
    if value is not None:
        rule["value"] = value
    if arguments:
        rule["with"] = arguments
    return {**rule, "missing": missing} if missing else rule


LEAVES = [
    *(leaf("profile.age", op, 25) for op in ("eq", "ne", "gt", "gte", "lt", "lte")),
    leaf("profile.age", "between", [25, 40]),
    leaf("profile.age", "eq", 26),
    leaf("profile.age", "is_missing"),
    leaf("profile.age", "is_known"),
    leaf("profile.age", "gte", 60, missing="include"),
    leaf("profile.sex", "eq", "F"),
    leaf("profile.sex", "ne", "F"),
    leaf("profile.sex", "ne", "F", missing="include"),
    leaf("profile.city", "in", ["杭州", "O'Fallon"]),
    leaf("profile.city", "not_in", ["杭州"]),
    leaf("profile.city", "contains", "%"),
    leaf("profile.city", "contains", "'"),
    leaf("profile.city", "starts_with", "成"),
    leaf("profile.city", "eq", "x' OR '1'='1"),
    leaf("profile.risk_level", "in", [3, 4, 5]),
    leaf("profile.risk_assessed", "older_than_days", 365),
    leaf("profile.risk_assessed", "before", "2026-01-01"),
    leaf("profile.risk_assessed", "after", "2026-01-01"),
    leaf("profile.lifecycle", "eq", "dormant"),
    leaf("profile.opened", "last_days", 30),
    leaf("profile.opened", "on", "2026-11-01"),
    leaf("profile.opened", "between", ["2026-10-01", "2026-10-31"]),
    leaf("profile.opened_days", "lte", 30),
    leaf("profile.birthday_month", "eq", "this"),
    leaf("profile.birthday_month", "in", ["next", 2]),
    leaf("profile.branch", "eq", 2),
    leaf("attribute:job", "eq", "'; DROP TABLE x--"),
    leaf("attribute:job", "ne", "退休"),
    leaf("attribute:job", "is_missing"),
    leaf("attribute:nobody has this", "is_known"),
    leaf("attribute_number:age", "gte", 41),
    leaf("attribute_number:age", "between", [-5, 58.5]),
    leaf("attribute_number:age", "is_missing"),
    leaf("holdings.amount", "gte", 50000),
    leaf("holdings.amount", "eq", 0, product_kind=["fund"]),
    leaf("holdings.products", "gte", 2),
    leaf("holdings.products", "lt", 1, product_kind=["credit_card", "fund"]),
    leaf("holdings.kinds", "lt", 2),
    leaf("holdings.maturing", "gte", 50000, days=30, product_kind=["deposit"]),
    leaf("holdings.maturing", "gt", 0, days=1),
    leaf("holdings.next_maturity", "next_days", 30),
    leaf("holdings.next_maturity", "is_missing"),
    leaf("aum.now", "between", [40000, 50000]),
    leaf("aum.now", "is_missing"),
    leaf("aum.change", "lte", -50, days=90),
    leaf("aum.change", "gt", 0, days=60),
    leaf("aum.change", "is_missing", days=90),
    leaf("transactions.count", "gte", 3, days=30),
    leaf("transactions.count", "eq", 0, days=1),
    leaf("transactions.count", "ne", 1, days=90, kind=["buy", "spend"], product_kind=["fund"]),
    leaf("transactions.sum", "gt", 5000, days=30, kind=["spend"]),
    leaf("transactions.sum", "lte", 0, days=60),
    leaf("transactions.last", "last_days", 7, days=90),
    leaf("transactions.last", "is_missing", days=10),
    leaf("app_events.count", "gte", 2, days=30, kind=["view"], topic=["study_abroad", "留学金融"]),
    leaf("app_events.count", "gte", 1, days=60, topic="it's"),
    leaf("app_events.last", "older_than_days", 20, days=90),
    leaf("sequence.not_since", "eq", True, days=90, did="transactions.plan_paused", **{"not": "transactions.plan_started"}),
    leaf("sequence.not_since", "eq", False, days=90, did="transactions.plan_paused", **{"not": "transactions.plan_started"}),
    leaf(
        "sequence.not_since",
        "eq",
        True,
        days=60,
        did="app_events.view",
        did_about=["study_abroad"],
        **{"not": "transactions.buy", "not_about": ["fund"]},
    ),
    leaf("tag:vip", "eq", True),
    leaf("tag:vip", "eq", False),
    leaf("score:churn", "gte", 0.5),
    leaf("score:churn", "is_missing"),
    leaf("holdings.before", "gte", 50000, days=1),
    leaf("holdings.before", "eq", 0, days=90),
    leaf("holdings.gained", "gt", 0, days=1),
    leaf("holdings.gained", "lt", 0, days=1, product_kind=["fund", "deposit"]),
    leaf("holdings.gained", "eq", 0, days=2),
    leaf("aum.before", "gte", 50000, days=90),
    leaf("aum.before", "is_missing", days=60),
    leaf("aum.gained", "lt", -50000, days=90),
    leaf("aum.gained", "is_missing", days=60),
    leaf("transactions.count", "gte", 1, days=60, at_least=2500),
    leaf("transactions.count", "eq", 0, days=60, kind="spend", at_least=500),
    leaf("transactions.average", "gte", 1500, days=90),
    leaf("transactions.average", "is_missing", days=10, kind=["spend"]),
    leaf("transactions.greatest", "eq", 5000, days=30),
    leaf("transactions.greatest", "lt", 0, days=5),
    leaf("transactions.days", "gte", 3, days=30),
    leaf("transactions.days", "eq", 0, days=7, kind=["buy"]),
    leaf("transactions.products", "gte", 2, days=30),
    leaf("transactions.first", "older_than_days", 60, days=90),
    leaf("transactions.first", "is_missing", days=3),
    leaf("transactions.month_count", "gte", 2),
    leaf("transactions.month_count", "eq", 0, period="this", kind=["buy"]),
    leaf("transactions.month_sum", "gt", 5000, months=1, period="this", kind=["spend"]),
    leaf("transactions.month_sum", "lte", 0, months=3, period="year_before"),
    leaf("transactions.month_average", "gte", 2000, months=3),
    leaf("transactions.months_active", "eq", 3, months=3),
    leaf("transactions.months_active", "lt", 2, months=2, period="this", kind=["buy"]),
    leaf("app_events.days", "gte", 3, days=60, kind=["login", "view"]),
    leaf("app_events.topics", "gte", 2, days=60),
    leaf("app_events.topics", "eq", 1, days=30),
    leaf("app_events.topics", "gt", 1, days=30),
    leaf("app_events.topics", "lte", 1, days=60),
    leaf("holdings.kinds", "gte", 2),
    leaf("app_events.first", "last_days", 7, days=30),
    leaf("app_events.month_count", "gte", 2, months=2, topic=["fund"]),
    leaf("app_events.months_active", "eq", 2, months=2),
    leaf("sequence.then", "eq", True, days=90, did="app_events.view", then="transactions.buy", within=3),
    leaf("sequence.then", "eq", True, days=60, did="app_events.view", did_about=["fund"], then="transactions.buy", then_about=["fund"], within=20),
    leaf("sequence.then", "eq", False, days=90, did="app_events.login", then="transactions.spend", within=1),
    leaf("sequence.not_within", "eq", True, days=60, did="touches.clicked", within=7, **{"not": "transactions.buy"}),
    leaf("sequence.not_within", "eq", True, days=90, did="app_events.view", within=30, **{"not": "transactions.buy", "not_about": ["deposit"]}),
    leaf("sequence.no_more", "eq", True, days=20, did="app_events.login"),
    leaf("sequence.no_more", "eq", False, days=60, did="transactions.buy", did_about=["fund"]),
    leaf("messages.sent", "gte", 1, days=30),
    leaf("messages.sent", "eq", 0, days=60, channel=["sms"]),
    leaf("messages.last", "older_than_days", 20),
    leaf("messages.last", "is_missing", campaign=2),
    leaf("messages.clicked", "gte", 1, campaign=1),
    leaf("messages.undelivered", "gte", 1, days=60, channel="email"),
    leaf("messages.unsubscribed", "eq", True),
    leaf("messages.complained", "eq", False, days=60),
    leaf("campaigns.touched", "eq", True, campaign=1),
    leaf("campaigns.clicked", "eq", True, days=30),
    leaf("campaigns.joined", "eq", False, days=60, campaign=2),
    leaf("campaigns.interested", "eq", True, days=60),
    leaf("campaigns.converted", "eq", True),
    leaf("campaigns.control", "eq", True, campaign=2),
    leaf("campaigns.clicked_only", "eq", True),
    leaf("campaigns.clicked_only", "eq", True, days=100, within=60, campaign=1),
    leaf("campaigns.clicked_only", "eq", False, within=30),
    leaf("benefits.claimed", "gte", 1, days=60),
    leaf("benefits.used", "eq", 0),
    leaf("benefits.last", "last_days", 30),
]  # fmt: skip


@pytest.mark.parametrize("rule", LEAVES, ids=lambda rule: f"{rule['field']} {rule['op']}")
def test_a_condition_means_the_same_to_the_engine_and_to_plain_python(connection: Any, rule: Any) -> None:
    assert compiled(connection, rule) == chosen(rule, ROWS, TODAY)
    assert compiled(connection, {"not": rule}) == chosen({"not": rule}, ROWS, TODAY)


@pytest.mark.parametrize("rule", LEAVES, ids=lambda rule: f"{rule['field']} {rule['op']}")
def test_every_condition_can_be_said(rule: Any) -> None:
    words = rules.sentence(rules.parse(rule), str)
    assert words and "%(" not in words


TREES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda items: {"all": items}),
        st.lists(inner, min_size=1, max_size=4).map(lambda items: {"any": items}),
        inner.map(lambda item: {"not": item}),
    ),
    max_leaves=12,
)


def _depth(rule: Any) -> int:
    inner = rule.get("all") or rule.get("any") or ([rule["not"]] if "not" in rule else [])
    return 1 + max((_depth(each) for each in inner), default=0)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=TREES.filter(lambda rule: _depth(rule) <= 8))
def test_random_trees_mean_the_same_to_the_engine_and_to_plain_python(connection: Any, rule: Any) -> None:
    assert compiled(connection, rule) == chosen(rule, ROWS, TODAY)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(min_size=1, max_size=40))
def test_text_is_compared_and_never_run(connection: Any, text: str) -> None:
    rule = leaf("attribute:job", "eq", text)
    try:
        rules.parse(rule)
    except rules.RuleInvalid:
        return
    assert compiled(connection, rule) == chosen(rule, ROWS, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "'); DROP VIEW profiles; --",
        "\\' OR 1=1 --",
        "$1",
        "?",
        "{{x}}",
        "/* */",
        '" OR ""="',
        "’ OR ’1’=’1",
        "%s %(x)s",
    ],
)
@pytest.mark.parametrize("field", ["profile.city", "attribute:job"])
def test_what_looks_like_sql_chooses_nobody(connection: Any, field: str, text: str) -> None:
    assert compiled(connection, leaf(field, "eq", text)) == set()
    assert compiled(connection, leaf(f"attribute:{text}", "is_known")) == set()
    assert compiled(connection, {"all": []}) == set(range(1, PEOPLE + 1))


def test_only_the_branches_asked_for(connection: Any) -> None:
    of_one = {row["customer_id"] for row in ROWS["profiles"] if row["branch_id"] == 1}
    assert compiled(connection, {"all": []}, [1]) == of_one
    either = {"any": [leaf("profile.sex", "eq", "F"), leaf("profile.sex", "ne", "F", missing="include")]}
    assert compiled(connection, either, [1]) == of_one
    assert compiled(connection, {"all": []}, []) == set()


def test_a_relation_used_twice_is_read_once() -> None:
    rule = {
        "all": [leaf("transactions.sum", "gt", 5000, days=30), leaf("transactions.sum", "lt", 9000, days=30)]
    }
    text = rules.sql_text(rules.compile_rule(rules.parse(rule), today=TODAY, branch_ids=None))
    assert text.count('FROM "transactions"') == 1


COUNTED = [
    ("transactions.count", {"kind": ["spend", "buy"]}),
    ("transactions.sum", {"kind": ["spend"]}),
    ("app_events.count", {}),
    ("messages.sent", {"channel": ["sms"]}),
]
WINDOWS = st.sampled_from(COUNTED).flatmap(
    lambda field: st.lists(
        st.builds(
            lambda op, value, days: leaf(field[0], op, value, days=days, **field[1]),
            st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]),
            st.sampled_from([0, 1, 2, 500, 2500]),
            st.sampled_from([1, 7, 30, 60]),
        ),
        min_size=2,
        max_size=4,
    )
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(items=WINDOWS, outside=st.booleans())
def test_windows_asked_together_mean_the_same_as_each_alone(
    connection: Any, items: list[Any], outside: bool
) -> None:
    rule = {"not": {"all": items}} if outside else {"all": items}
    assert compiled(connection, rule) == chosen(rule, ROWS, TODAY)


@pytest.mark.parametrize("before", [("gte", 50000), ("lt", 100000), ("ne", 1), ("is_known", None)])
@pytest.mark.parametrize("field", ["aum.change", "aum.gained"])
def test_a_measure_asked_where_it_is_joined_means_the_same(
    connection: Any, field: str, before: tuple[str, Any]
) -> None:
    rule = {"all": [leaf("aum.before", *before, days=90), leaf(field, "lt", 0, days=90)]}
    assert compiled(connection, rule) == chosen(rule, ROWS, TODAY)
    text = rules.sql_text(rules.compile_rule(rules.parse(rule), today=TODAY, branch_ids=None))
    joined = rules.sql_text(rules.compile_rule(rules.parse(rule["all"][1]), today=TODAY, branch_ids=None))
    assert text.count('FROM "aum"') == joined.count('FROM "aum"')


def test_windows_that_differ_in_their_start_are_read_once() -> None:
    week, month = (leaf("transactions.count", "lt", most, days=days) for most, days in ((3, 7), (8, 30)))
    other = leaf("transactions.count", "lt", 8, days=30, kind=["spend"])
    for items, readings in (([week, month], 1), ([week, month, other], 2), ([week, other], 2)):
        query = rules.compile_rule(rules.parse({"all": items}), today=TODAY, branch_ids=None)
        assert rules.sql_text(query).count('FROM "transactions"') == readings


def test_customers_without_a_value_are_counted(connection: Any) -> None:
    rule = {
        "all": [
            leaf("profile.age", "gte", 60),
            leaf("transactions.sum", "gt", 0, days=30),
            leaf("aum.now", "gt", 0),
        ]
    }
    query = rules.compile_missing(rules.parse(rule), today=TODAY, branch_ids=None)
    assert query is not None
    ageless = sum(row["birth_date"] is None for row in ROWS["profiles"])
    newest = {row["customer_id"] for row in ROWS["aum"] if row["dt"] == date(2026, 10, 31)}
    assert connection.execute(rules.sql_text(query)).fetchall() == [(ageless, PEOPLE - len(newest))]


def test_the_same_rule_compiles_for_other_engines() -> None:
    for rule in LEAVES:
        query = rules.compile_rule(rules.parse(rule), today=TODAY, branch_ids=[1])
        for dialect in ("postgres", "spark"):
            assert query.sql(dialect=dialect, identify=True)
