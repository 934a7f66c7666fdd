"""Held claims, appeals and restriction requests: decided once, by the right person, in words."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from huiqun.foundation.models import Fact, Notice
from huiqun.lib.refusal import NotYours
from huiqun.risk import actions
from huiqun.risk.models import Case, Judgement
from huiqun.risk.queries.signals import known_of
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import (
    AppealedAlready,
    AppealTooLong,
    CaseClosed,
    CaseNotFound,
    NothingToAppeal,
    NothingToRestrict,
    OtherPersonDecides,
    ReasonMissing,
)
from tests.makers.customers import make_customer
from tests.makers.risk import claim_signals, make_held, make_judgement, make_officer, make_refused

ANSWER = "核实无误，已为您发放。"


@pytest.mark.django_db
class TestDeciding:
    @pytest.mark.parametrize("release", [True, False])
    def test_a_held_claim_is_released_or_refused_in_words(
        self, release: bool, north: Any, risk_officer: Any, now: datetime
    ) -> None:
        case = make_held(customer=make_customer(branch=north), reference="claim:5")
        actions.decide_case(case_id=case.pk, release=release, told=ANSWER, by=risk_officer, now=now)
        case.refresh_from_db()
        assert (case.state, case.told, case.decided_by) == (
            "released" if release else "refused",
            ANSWER,
            risk_officer,
        )
        fact = Fact.objects.filter(subject=f"case:{case.pk}").latest("id")
        assert fact.kind == ("risk.HeldClaimReleased" if release else "risk.HeldClaimRefused")
        assert (fact.body["reference"], fact.body["reason"]) == ("claim:5", ANSWER)

    def test_refuses_without_words_for_the_customer(
        self, north: Any, risk_officer: Any, now: datetime
    ) -> None:
        case = make_held(customer=make_customer(branch=north))
        with pytest.raises(ReasonMissing):
            actions.decide_case(case_id=case.pk, release=False, told="  ", by=risk_officer, now=now)
        case.refresh_from_db()
        assert case.state == "open"

    def test_is_decided_once(self, north: Any, risk_officer: Any, now: datetime) -> None:
        case = make_held(customer=make_customer(branch=north))
        actions.decide_case(case_id=case.pk, release=True, told=ANSWER, by=risk_officer, now=now)
        with pytest.raises(CaseClosed):
            actions.decide_case(case_id=case.pk, release=False, told="不", by=risk_officer, now=now)
        case.refresh_from_db()
        assert (case.state, case.told) == ("released", ANSWER)

    def test_only_officers_of_its_branches_decide(
        self, north: Any, south: Any, marketer: Any, administrator: Any, now: datetime
    ) -> None:
        case = make_held(customer=make_customer(branch=north))
        administrator.is_superuser = True
        for by in (marketer, administrator):
            with pytest.raises(NotYours):
                actions.decide_case(case_id=case.pk, release=True, told=ANSWER, by=by, now=now)
        with pytest.raises(CaseNotFound):
            actions.decide_case(case_id=case.pk, release=True, told=ANSWER, by=make_officer(south), now=now)
        case.refresh_from_db()
        assert case.state == "open"

    def test_officers_hear_once_of_a_clock_that_ran_out(
        self, north: Any, risk_officer: Any, now: datetime
    ) -> None:
        case = make_held(customer=make_customer(branch=north), now=now - timedelta(days=5))
        make_held(customer=make_customer(branch=north), now=now)
        assert (actions.tell_overdue(now=now), actions.tell_overdue(now=now)) == (1, 0)
        notice = Notice.objects.get(staff=risk_officer)
        assert notice.kind == "risk.CaseOverdue" and notice.values == {"number": case.pk}


@pytest.mark.django_db
class TestAppeals:
    def test_a_refused_customer_appeals_once(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        judgement = make_refused(customer=customer)
        case_id = actions.appeal(
            judgement_id=judgement.pk, customer_id=customer.pk, words="手机是家人共用的", now=now
        )
        case = Case.objects.get(pk=case_id)
        assert (case.kind, case.words, case.benefit_id) == ("appeal", "手机是家人共用的", 1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT words FROM risk_case WHERE id = %s", [case_id])
            assert "家人".encode() not in bytes(cursor.fetchone()[0]), "kept encrypted"
        with pytest.raises(AppealedAlready):
            actions.appeal(judgement_id=judgement.pk, customer_id=customer.pk, words="再说一次", now=now)
        assert Case.objects.count() == 1

    def test_there_is_nothing_to_appeal_of_others_or_of_what_was_allowed(
        self, north: Any, now: datetime
    ) -> None:
        customer, other = make_customer(branch=north), make_customer(branch=north)
        allowed, foreign = make_judgement(customer=customer), make_refused(customer=other)
        waiting = make_held(customer=customer)
        for judgement_id in (allowed.pk, foreign.pk, waiting.judgement_id, 0):
            with pytest.raises(NothingToAppeal):
                actions.appeal(judgement_id=judgement_id, customer_id=customer.pk, words="请复核", now=now)
        refused = make_refused(customer=customer)
        with pytest.raises(ReasonMissing):
            actions.appeal(judgement_id=refused.pk, customer_id=customer.pk, words=" ", now=now)
        with pytest.raises(AppealTooLong):
            actions.appeal(judgement_id=refused.pk, customer_id=customer.pk, words="长" * 1_001, now=now)
        assert not Case.objects.filter(kind="appeal").exists()

    def test_an_accepted_appeal_lets_the_next_claim_pass(
        self, north: Any, risk_officer: Any, now: datetime
    ) -> None:
        customer = make_customer(branch=north)
        judgement = make_refused(customer=customer)
        case_id = actions.appeal(judgement_id=judgement.pk, customer_id=customer.pk, words="请复核", now=now)
        for _ in range(12):
            make_judgement(customer=make_customer(branch=north), at=now - timedelta(hours=2), device="d" * 32)
        signals = claim_signals(customer, device="d" * 32)
        assert actions.judge_claim(signals=signals, now=now).outcome == Outcome.REFUSE
        actions.decide_case(case_id=case_id, release=True, told=ANSWER, by=risk_officer, now=now)
        later = now + timedelta(minutes=1)
        judged = actions.judge_claim(signals=signals, now=later)
        assert (judged.outcome, judged.reason) == (Outcome.ALLOW, "cleared")
        assert not known_of(claim_signals(customer, benefit_id=2), now=later).cleared, (
            "for this benefit alone"
        )
        assert not known_of(signals, now=now + timedelta(days=31)).cleared, "for a month"

    def test_another_person_decides_on_an_appeal_against_a_person(
        self, north: Any, head_office: Any, risk_officer: Any, now: datetime
    ) -> None:
        customer = make_customer(branch=north)
        held = make_held(customer=customer, reference="claim:9")
        actions.decide_case(case_id=held.pk, release=False, told="设备异常", by=risk_officer, now=now)
        case_id = actions.appeal(
            judgement_id=held.judgement_id, customer_id=customer.pk, words="请复核", now=now
        )
        with pytest.raises(OtherPersonDecides):
            actions.decide_case(case_id=case_id, release=False, told="维持", by=risk_officer, now=now)
        other = make_officer(head_office)
        actions.decide_case(case_id=case_id, release=True, told=ANSWER, by=other, now=now)
        assert Fact.objects.get(kind="risk.AppealAccepted").body["reference"] == "claim:9"


@pytest.mark.django_db
def test_a_restriction_is_a_request_that_the_bank_answers(
    north: Any, risk_officer: Any, now: datetime
) -> None:
    case = make_held(customer=make_customer(branch=north))
    with pytest.raises(NothingToRestrict):
        actions.answer_restriction(case_id=case.pk, granted=True, reason="准", by=risk_officer, now=now)
    actions.ask_restriction(case_id=case.pk, reason="建议限制非柜面交易", by=risk_officer, now=now)
    with pytest.raises(NothingToRestrict):
        actions.ask_restriction(case_id=case.pk, reason="再次申请", by=risk_officer, now=now)
    actions.answer_restriction(case_id=case.pk, granted=False, reason="证据不足", by=risk_officer, now=now)
    case.refresh_from_db()
    assert (case.restriction_granted, case.state) == (False, "open")
    kinds = (
        Fact.objects.filter(kind__startswith="risk.Restriction").order_by("id").values_list("kind", flat=True)
    )
    assert list(kinds) == ["risk.RestrictionAsked", "risk.RestrictionAnswered"]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def at_once(self, calls: list[Callable[[], Any]]) -> list[Any]:
        start = Barrier(len(calls))

        def run(call: Callable[[], Any]) -> Any:
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                return call()
            except (CaseClosed, AppealedAlready) as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))

    def test_two_officers_decide_once(self, north: Any, risk_officer: Any, now: datetime) -> None:
        case, other = make_held(customer=make_customer(branch=north)), make_officer(north)
        answers = self.at_once(
            [
                lambda by=by, release=release: actions.decide_case(  # type: ignore[misc]
                    case_id=case.pk, release=release, told=ANSWER, by=by, now=now
                )
                for by, release in ((risk_officer, True), (other, False)) * 4
            ]
        )
        assert sum(isinstance(answer, CaseClosed) for answer in answers) == 7
        kinds = ("risk.HeldClaimReleased", "risk.HeldClaimRefused")
        assert Fact.objects.filter(kind__in=kinds).count() == 1

    def test_an_impatient_customer_appeals_once(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        judgement = make_refused(customer=customer)
        answers = self.at_once(
            [
                lambda: actions.appeal(
                    judgement_id=judgement.pk, customer_id=customer.pk, words="请复核", now=now
                )
            ]
            * 8
        )
        assert sum(isinstance(answer, AppealedAlready) for answer in answers) == 7
        assert Case.objects.count() == Fact.objects.filter(kind="risk.AppealMade").count() == 1

    def test_refused_taps_at_once_leave_one_row(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        judged = actions.Judged(
            signals=claim_signals(customer),
            outcome=Outcome.REFUSE,
            points=100,
            reason="ring_size",
            values={},
            scorecard_id=None,
        )
        ids = self.at_once([lambda: actions.note_stopped(judged=judged, now=now)] * 8)
        assert len(set(ids)) == 1
        assert Judgement.objects.get().times == 8
