"""Scorecards act only after a back-test and a second officer."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotYours
from huiqun.risk import actions
from huiqun.risk.models import ScorecardVersion
from huiqun.risk.queries.back_tests import back_test
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import (
    BackTestFirst,
    OwnScorecard,
    ReasonMissing,
    ScorecardFixed,
    ScorecardNotFound,
    StartPast,
)
from huiqun.risk.rules.scorecards import AS_DELIVERED, Band, Scorecard, score
from huiqun.risk.rules.signals import SIGNALS
from tests.makers.customers import make_customer
from tests.makers.risk import make_draft, make_judgement, make_officer

pytestmark = pytest.mark.django_db


def test_goes_from_draft_to_force_through_two_officers(
    head_office: Any, risk_officer: Any, now: datetime
) -> None:
    draft, other = make_draft(by=risk_officer, now=now), make_officer(head_office)
    with pytest.raises(BackTestFirst):
        actions.propose_scorecard(scorecard_id=draft.pk, by=risk_officer, now=now)
    actions.back_test_scorecard(scorecard_id=draft.pk, days=30, by=risk_officer, now=now)
    actions.propose_scorecard(scorecard_id=draft.pk, by=risk_officer, now=now)
    with pytest.raises(OwnScorecard):
        actions.activate_scorecard(scorecard_id=draft.pk, by=risk_officer, now=now)
    with pytest.raises(StartPast):
        actions.activate_scorecard(
            scorecard_id=draft.pk, by=other, now=now, starts_at=now - timedelta(hours=1)
        )
    actions.activate_scorecard(scorecard_id=draft.pk, by=other, now=now)
    draft.refresh_from_db()
    assert (draft.state, draft.decided_by, draft.starts_at) == ("active", other, now)
    kinds = Fact.objects.filter(subject=f"scorecard:{draft.pk}").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [
        "risk.ScorecardDrafted",
        "risk.ScorecardBackTested",
        "risk.ScorecardProposed",
        "risk.ScorecardActivated",
    ]


def test_who_wrote_it_does_not_activate_what_another_proposed(
    head_office: Any, risk_officer: Any, now: datetime
) -> None:
    draft, other = make_draft(by=risk_officer, now=now), make_officer(head_office)
    actions.back_test_scorecard(scorecard_id=draft.pk, days=30, by=other, now=now)
    actions.propose_scorecard(scorecard_id=draft.pk, by=other, now=now)
    for by in (risk_officer, other):
        with pytest.raises(OwnScorecard):
            actions.activate_scorecard(scorecard_id=draft.pk, by=by, now=now)


def test_an_edit_voids_the_back_test(risk_officer: Any, now: datetime) -> None:
    draft = make_draft(by=risk_officer, now=now)
    actions.back_test_scorecard(scorecard_id=draft.pk, days=30, by=risk_officer, now=now)
    card = {**AS_DELIVERED.plain(), "refuse": 120}
    actions.draft_scorecard(card=card, note="放宽", by=risk_officer, now=now, scorecard_id=draft.pk)
    with pytest.raises(BackTestFirst):
        actions.propose_scorecard(scorecard_id=draft.pk, by=risk_officer, now=now)


def test_what_was_proposed_stays_as_it_is(head_office: Any, risk_officer: Any, now: datetime) -> None:
    draft, other = make_draft(by=risk_officer, now=now), make_officer(head_office)
    actions.back_test_scorecard(scorecard_id=draft.pk, days=30, by=risk_officer, now=now)
    actions.propose_scorecard(scorecard_id=draft.pk, by=risk_officer, now=now)
    with pytest.raises(ScorecardFixed):
        actions.draft_scorecard(
            card=AS_DELIVERED.plain(), note="改", by=risk_officer, now=now, scorecard_id=draft.pk
        )
    with pytest.raises(ReasonMissing):
        actions.decline_scorecard(scorecard_id=draft.pk, reason="", by=other, now=now)
    actions.decline_scorecard(scorecard_id=draft.pk, reason="误伤过多", by=other, now=now)
    with pytest.raises(ScorecardFixed):
        actions.activate_scorecard(scorecard_id=draft.pk, by=other, now=now)
    assert ScorecardVersion.objects.get(pk=draft.pk).state == "declined"


def test_only_risk_officers_write(marketer: Any, now: datetime, risk_officer: Any) -> None:
    with pytest.raises(NotYours):
        make_draft(by=marketer, now=now)
    with pytest.raises(ScorecardNotFound):
        actions.back_test_scorecard(scorecard_id=0, days=3, by=risk_officer, now=now)
    assert not ScorecardVersion.objects.exists()


def test_a_back_test_counts_claims_people_and_money_that_would_change(
    north: Any, risk_officer: Any, now: datetime
) -> None:
    customer, other = make_customer(branch=north), make_customer(branch=north)
    for who, people, outcome in (
        (customer, 6, "allow"),
        (customer, 6, "allow"),
        (other, 1, "allow"),
        (other, 9, "hold"),
    ):
        make_judgement(
            customer=who,
            at=now - timedelta(days=3),
            outcome=outcome,
            signals={"device_people_week": people},
            value_fen=500,
        )
    make_judgement(customer=other, at=now - timedelta(days=40), signals={"device_people_week": 9})
    make_judgement(customer=other, at=now - timedelta(days=1), outcome="refuse", reason="frozen")
    card = Scorecard(bands=(Band("device_people_week", 5, 90),), challenge=30, hold=60, refuse=90)
    tested = back_test(card, days=30, now=now)
    told = {(each.before, each.after): (each.claims, each.people, each.value_fen) for each in tested.moved}
    assert told == {
        (Outcome.ALLOW, Outcome.REFUSE): (2, 1, 1_000),
        (Outcome.ALLOW, Outcome.ALLOW): (1, 1, 500),
        (Outcome.HOLD, Outcome.REFUSE): (1, 1, 500),
    }
    assert (tested.claims, tested.changed) == (4, 3)


cards = st.builds(
    Scorecard,
    bands=st.lists(
        st.builds(Band, st.sampled_from(sorted(SIGNALS)), st.integers(0, 30), st.integers(1, 90)),
        min_size=1,
        max_size=8,
        unique_by=lambda band: (band.signal, band.limit),
    ).map(tuple),
    challenge=st.just(40),
    hold=st.just(60),
    refuse=st.just(100),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(card=cards, values=st.dictionaries(st.sampled_from(sorted(SIGNALS)), st.integers(0, 40)))
def test_the_database_scores_as_the_rule_does(
    card: Scorecard, values: dict[str, int], north: Any, now: datetime
) -> None:
    from django.db import transaction

    with transaction.atomic():
        make_judgement(customer=make_customer(branch=north), at=now - timedelta(hours=1), signals=values)
        tested = back_test(card, days=1, now=now)
        transaction.set_rollback(True)
    assert [each.after for each in tested.moved] == [score(card, values).outcome]


def test_a_start_that_is_no_time_puts_nothing_in_force(
    head_office: Any, risk_officer: Any, client_of: Any, now: datetime
) -> None:
    draft, other = make_draft(by=risk_officer, now=now), make_officer(head_office)
    actions.back_test_scorecard(scorecard_id=draft.pk, days=30, by=risk_officer, now=now)
    actions.propose_scorecard(scorecard_id=draft.pk, by=risk_officer, now=now)
    form = {"decision": "activate", "starts_at": "2026-13-40T99:00"}
    assert client_of(other).post(f"/risk/scorecards/{draft.pk}/decide/", form).status_code == 422
    draft.refresh_from_db()
    assert draft.state == "proposed"
