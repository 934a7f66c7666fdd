"""What today's book forbids is sent no more, whatever yesterday's said; and it is the plan too that is judged."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from huiqun.compliance import actions, queries
from huiqun.compliance.models import Dossier, Permit, RecheckedDossier
from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook import numbers, plans
from huiqun.compliance.rules.reviews import ApprovalOutdated, BlockingFindings
from huiqun.foundation.models import Fact
from tests.compliance.test_law_board import a_finding
from tests.makers.compliance import approve_all, make_dossier

pytestmark = pytest.mark.django_db
DRAW = PlanFacts(
    has_offer=True, is_prize_draw=True, max_prize_fen=4_000_000, offer_name="手机", offer_value_fen=500_000,
    offer_use_until=date(2026, 12, 31), audience_levels=(1, 2), product_rate_from=1.5,
)  # fmt: skip


def may_be_sent(subject: str, now: Any) -> bool:
    digest = queries.approval_of(subject).digest  # type: ignore[union-attr]
    try:
        with transaction.atomic():
            queries.send_permit(subject=subject, digest=digest, now=now)
    except ApprovalOutdated:
        return False
    return True


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Any, ...]]:
    """What today's book finds in every dossier; a test fills and empties it."""
    from huiqun.compliance.queries import live_dossiers

    found: dict[str, tuple[Any, ...]] = {}
    monkeypatch.setattr(live_dossiers, "judge_body", lambda body, on: dict(found))
    return found


@pytest.fixture
def approved(north: Any, marketer: Any) -> int:
    dossier_id = make_dossier(branch=north, by=marketer, subject="campaign:12")
    approve_all(dossier_id)
    return dossier_id


def test_nothing_is_sent_while_todays_book_forbids_it(approved: int, book: Any, now: Any) -> None:
    assert may_be_sent("campaign:12", now)
    book["sms-a"] = (a_finding(),)
    actions.recheck_dossiers(now=now)
    assert not may_be_sent("campaign:12", now) and queries.approval_of("campaign:12").outdated  # type: ignore[union-attr]
    book.clear()
    actions.recheck_dossiers(now=now)
    assert may_be_sent("campaign:12", now), "a book that was mended forbids no more"


def test_what_is_only_to_note_goes_out_still(approved: int, book: Any, now: Any) -> None:
    from huiqun.lib.severity import Severity

    book["sms-a"] = (a_finding(severity=Severity.HIGH),)
    assert actions.recheck_dossiers(now=now) == 1
    assert may_be_sent("campaign:12", now)


def test_what_is_reviewed_anew_may_be_sent(
    approved: int, book: Any, north: Any, marketer: Any, now: Any
) -> None:
    book["sms-a"] = (a_finding(),)
    actions.recheck_dossiers(now=now)
    approve_all(make_dossier(branch=north, by=marketer, subject="campaign:12", goal="另一目标"))
    assert may_be_sent("campaign:12", now)
    assert Permit.objects.get(subject="campaign:12").outdated is False


def test_a_failing_last_step_holds_nothing(
    approved: int, book: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("the disk is full")

    book["sms-a"] = (a_finding(),)
    monkeypatch.setattr("huiqun.compliance.actions.rechecks.facts.record", fail)
    with pytest.raises(RuntimeError):
        actions.recheck_dossiers(now=now)
    assert may_be_sent("campaign:12", now) and not RecheckedDossier.objects.exists()


# The plan -------------------------------------------------------------------------------------------------


def lower_the_cap(monkeypatch: pytest.MonkeyPatch, fen: int) -> None:
    def lowered(name: str) -> numbers.LawfulNumber:
        number = numbers.lawful_number(name)
        return replace(number, value=fen) if name == "prize_cap_fen" else number

    monkeypatch.setattr(plans, "lawful_number", lowered)


def test_plans_are_judged_again_too(
    north: Any, marketer: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = make_dossier(branch=north, by=marketer, subject="campaign:12", plan_facts=DRAW.as_plain())
    approve_all(dossier_id)
    assert actions.recheck_dossiers(now=now) == 0
    lower_the_cap(monkeypatch, 3_000_000)
    assert actions.recheck_dossiers(now=now) == 1
    row = RecheckedDossier.objects.get()
    assert [(each["part"], each["rule"]) for each in row.findings] == [("plan", "PLAN-03")]
    assert Fact.objects.get(kind="compliance.DossierOutdated").body["rules"] == ["PLAN-03"]
    assert not may_be_sent("campaign:12", now)


def test_what_the_plan_breaks_cannot_be_left_out(north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lower_the_cap(monkeypatch, 3_000_000)
    with pytest.raises(BlockingFindings):
        make_dossier(branch=north, plan_facts=DRAW.as_plain(), findings=[])
    assert not Dossier.objects.exists()


def test_a_plan_from_before_its_facts_were_frozen_keeps_what_was_found(north: Any, now: Any) -> None:
    found = [{"part": "plan", "rule": "PLAN-06", "severity": "warn"}]
    approve_all(make_dossier(branch=north, findings=found))
    assert actions.recheck_dossiers(now=now) == 0


def test_a_dossier_gives_back_the_plan_that_it_holds() -> None:
    import json

    from huiqun.lib.canonical import canonical_json

    plain = json.loads(canonical_json(DRAW.as_plain() | {"what_was_asked_once": 1}))
    assert PlanFacts.from_plain(plain, copies=("a", "b"), messages=("a",)) == replace(
        DRAW, copies=("a", "b"), messages=("a",)
    )
