"""Scorecards, clocks, unusual traffic and groups, over plain values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqun.risk.rules.anomalies import judge_traffic
from huiqun.risk.rules.clocks import due_after
from huiqun.risk.rules.clusters import circles, clusters
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import ScorecardWrong
from huiqun.risk.rules.scorecards import AS_DELIVERED, Band, Scorecard, card_of, score
from huiqun.risk.rules.signals import SIGNALS

CARD = Scorecard(
    bands=(Band("device_people_week", 3, 30), Band("device_people_week", 5, 70), Band("account_days", 7, 20)),
    challenge=40,
    hold=60,
    refuse=90,
)


@pytest.mark.parametrize(
    ("values", "points", "outcome"),
    [
        ({}, 0, Outcome.ALLOW),
        ({"device_people_week": 2}, 0, Outcome.ALLOW),
        ({"device_people_week": 3}, 30, Outcome.ALLOW),
        ({"device_people_week": 3, "account_days": 7}, 50, Outcome.CHALLENGE),
        ({"device_people_week": 5}, 70, Outcome.HOLD),
        ({"device_people_week": 5, "account_days": 0}, 90, Outcome.REFUSE),
        ({"device_people_week": 5, "account_days": 8}, 70, Outcome.HOLD),
        ({"device_people_week": None, "account_days": None}, 0, Outcome.ALLOW),
    ],
)
def test_the_highest_band_of_each_signal_counts(values, points, outcome):
    scored = score(CARD, values)
    assert (scored.points, scored.outcome) == (points, outcome)


def test_the_part_that_weighs_most_is_told_first():
    assert score(CARD, {"device_people_week": 9, "account_days": 1}).parts[0] == ("device_people_week", 70)


def test_a_network_address_alone_stops_nobody():
    """A whole branch, school or company may share one."""
    values = dict.fromkeys(("address_claims_minute", "address_claims_hour", "address_people_hour"), 100)
    assert score(AS_DELIVERED, values).outcome == Outcome.ALLOW


@pytest.mark.parametrize(
    "change",
    [
        {"challenge": 70},
        {"refuse": 50},
        {"challenge": 0},
        {"bands": []},
        {"bands": [["no_such_signal", 1, 10]]},
        {"bands": [["account_days", -1, 10]]},
        {"bands": [["account_days", 1, 0]]},
        {"bands": [["account_days", 1, 5], ["account_days", 1, 9]]},
        {"bands": [["account_days", "many", 5]]},
        {"bands": "account_days"},
        {"hold": None},
    ],
)
def test_refuses_what_is_no_scorecard(change):
    with pytest.raises(ScorecardWrong):
        card_of({**CARD.plain(), **change})


def test_a_card_comes_back_as_it_was_written():
    assert card_of(AS_DELIVERED.plain()).digest == AS_DELIVERED.digest


@given(
    st.dictionaries(st.sampled_from(sorted(SIGNALS)), st.integers(0, 200)), st.sampled_from(sorted(SIGNALS))
)
def test_more_of_a_risky_signal_never_helps(values, name):
    before = score(AS_DELIVERED, values).points
    worse = -1 if SIGNALS[name].less else 1
    if name in values and values[name] + worse >= 0:
        assert score(AS_DELIVERED, values | {name: values[name] + worse}).points >= before


FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        (FRIDAY - timedelta(days=1), FRIDAY),
        (FRIDAY, datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)),
        (datetime(2026, 9, 30, 2, 0, tzinfo=UTC), datetime(2026, 10, 8, 2, 0, tzinfo=UTC)),
    ],
    ids=["weekday", "over the weekend", "opened on Saturday", "over the National Day holiday"],
)
def test_a_clock_of_24_hours_runs_on_working_days(opened, due):
    assert due_after(opened, hours=24) == due


def test_traffic_is_judged_by_the_same_minutes_of_other_days():
    assert judge_traffic(300, [20, 25, 18, 22, 21]).is_unusual
    assert not judge_traffic(35, [20, 25, 18, 22, 21]).is_unusual
    assert not judge_traffic(300, [280, 310, 305, 290]).is_unusual
    assert not judge_traffic(300, []).is_unusual, "nothing to compare with"
    assert not judge_traffic(12, [0, 0, 0, 0]).is_unusual, "too few to mean anything"


def test_one_wild_day_does_not_hide_the_next():
    assert judge_traffic(300, [20, 25, 18, 5_000, 21]).is_unusual


def test_those_who_share_keys_are_a_group():
    found = clusters({"device": [1, 2, 3, 4], "payee": [1, 2], "other": [9, 10]})
    assert [(sorted(each.members), each.shared) for each in found] == [([1, 2, 3, 4], 2)]


def test_a_chain_of_chance_meetings_is_no_group():
    assert clusters({n: [n, n + 1] for n in range(1, 8)}) == []


def test_a_place_that_everybody_shares_is_no_group():
    assert clusters({"school": range(60)}) == []


def test_finds_circles_of_referrals_once():
    brought = {2: 1, 3: 2, 1: 3, 4: 1, 5: 4, 7: 8, 8: 7}
    assert sorted(sorted(each) for each in circles(brought)) == [[1, 2, 3], [7, 8]]
    assert list(circles({2: 1, 3: 2, 4: 3})) == []
