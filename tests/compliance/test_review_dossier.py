"""The three steps and everything that must not get round them."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from huiqun.compliance import actions, queries
from huiqun.compliance.models import ChainStep, Dossier, Permit, ReviewStep
from huiqun.compliance.rules import chain, reviews
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.conftest import make_staff
from tests.makers.compliance import approve_all, make_body, make_dossier, open_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier_id(north: Any, marketer: Any, now: Any) -> int:
    return make_dossier(branch=north, by=marketer, subject="campaign:12")


def approve(dossier_id: int, by: Any, now: Any, **over: Any) -> None:
    step = open_step(dossier_id)
    values = {"step_id": step.pk, "expected_digest": step.dossier.digest, **over}
    actions.approve_step(**values, by=by, now=now)


def state_of(dossier_id: int) -> tuple[Any, ...]:
    """Everything a refused decision must leave alone."""
    steps = (
        ReviewStep.objects.filter(dossier_id=dossier_id).order_by("position").values_list("state", "version")
    )
    return (Dossier.objects.get(pk=dossier_id).state, tuple(steps), Fact.objects.count())


def refused(refusal: type[Exception], dossier_id: int, by: Any, now: Any, **over: Any) -> None:
    before = state_of(dossier_id)
    with pytest.raises(refusal):
        approve(dossier_id, by, now, **over)
    assert state_of(dossier_id) == before
    assert not Permit.objects.filter(approved=True).exists()


def test_three_people_in_order_approve(
    dossier_id: int, business_reviewer: Any, legal_reviewer: Any, compliance_reviewer: Any, now: Any
) -> None:
    for reviewer in (business_reviewer, legal_reviewer, compliance_reviewer):
        approve(dossier_id, reviewer, now)
    found = queries.approval_of("campaign:12")
    assert found is not None
    assert (found.state, [step.state for step in found.steps]) == ("approved", ["approved"] * 3)
    with transaction.atomic():
        queries.send_permit(subject="campaign:12", digest=found.digest)
    kinds = list(Fact.objects.filter(subject="campaign:12").order_by("id").values_list("kind", flat=True))
    assert kinds == [
        "compliance.DossierSubmitted",
        *["compliance.StepApproved"] * 3,
        "compliance.DossierApproved",
    ]


def test_what_was_approved_is_what_is_sent(dossier_id: int, now: Any) -> None:
    digest = approve_all(dossier_id)
    assert queries.words_of(digest, "sms-a").body.startswith("【江川银行】")
    assert queries.dossier_body(digest)["title"] == "基金定投暂停唤醒"
    with pytest.raises(reviews.NotApproved), transaction.atomic():
        queries.send_permit(subject="campaign:12", digest="0" * 64)
    with pytest.raises(NotFound):
        queries.words_of(digest, "sms-z")


def test_refuses_the_wrong_order(dossier_id: int, legal_reviewer: Any, now: Any) -> None:
    legal = ReviewStep.objects.get(dossier_id=dossier_id, position=2)
    refused(reviews.StepNotOpen, dossier_id, legal_reviewer, now, step_id=legal.pk)


def test_refuses_the_wrong_role(dossier_id: int, legal_reviewer: Any, second_marketer: Any, now: Any) -> None:
    refused(reviews.NotYourStep, dossier_id, legal_reviewer, now)
    refused(reviews.NotYourStep, dossier_id, second_marketer, now)


def test_refuses_a_superuser(dossier_id: int, head_office: Any, now: Any) -> None:
    superuser = make_staff("root", head_office, is_superuser=True)
    refused(reviews.NotYourStep, dossier_id, superuser, now)


def test_refuses_an_administrator_who_made_themselves_reviewer(
    dossier_id: int, head_office: Any, now: Any
) -> None:
    both = make_staff("both", head_office, "administrator", "business_reviewer")
    refused(reviews.NotYourStep, dossier_id, both, now)


def test_refuses_an_author(north: Any, marketer: Any, head_office: Any, now: Any) -> None:
    author = make_staff("author", head_office, "business_reviewer", "marketer", is_superuser=True)
    dossier_id = make_dossier(branch=north, by=marketer, authors=[author])
    refused(reviews.AuthorCannotReview, dossier_id, author, now)


def test_refuses_who_submitted_even_when_not_named_as_author(
    head_office: Any, marketer: Any, now: Any
) -> None:
    submitter = make_staff("submitter", head_office, "business_reviewer")
    dossier_id = make_dossier(branch=head_office, by=submitter, authors=[marketer])
    refused(reviews.AuthorCannotReview, dossier_id, submitter, now)


def test_refuses_the_same_person_twice(dossier_id: int, head_office: Any, now: Any) -> None:
    both = make_staff("two-hats", head_office, "business_reviewer", "legal_reviewer")
    approve(dossier_id, both, now)
    refused(reviews.OnePersonOneStep, dossier_id, both, now)


def test_refuses_a_reviewer_of_another_branch(dossier_id: int, south: Any, now: Any) -> None:
    other = make_staff("other", south, "business_reviewer")
    refused(NotFound, dossier_id, other, now)


def test_refuses_a_dismissed_reviewer(dossier_id: int, business_reviewer: Any, now: Any) -> None:
    business_reviewer.is_active = False
    business_reviewer.save()
    refused(NotFound, dossier_id, business_reviewer, now)


def test_refuses_a_stale_digest_and_a_stale_step(dossier_id: int, business_reviewer: Any, now: Any) -> None:
    refused(reviews.StalePage, dossier_id, business_reviewer, now, expected_digest="f" * 64)
    refused(reviews.StalePage, dossier_id, business_reviewer, now, expected_version=1)


def test_refuses_a_second_click(dossier_id: int, business_reviewer: Any, now: Any) -> None:
    step = open_step(dossier_id)
    approve(dossier_id, business_reviewer, now)
    refused(reviews.StepDecided, dossier_id, business_reviewer, now, step_id=step.pk)


def test_refuses_after_an_edit_has_voided(
    dossier_id: int, marketer: Any, business_reviewer: Any, now: Any
) -> None:
    step = open_step(dossier_id)
    assert actions.void_approval(subject="campaign:12", reason="edited", by=marketer, now=now)
    before = state_of(dossier_id)
    with pytest.raises(reviews.ReviewOver):
        actions.approve_step(
            step_id=step.pk, expected_digest=step.dossier.digest, by=business_reviewer, now=now
        )
    assert state_of(dossier_id) == before


def test_an_edit_voids_an_approval_once(dossier_id: int, marketer: Any, now: Any) -> None:
    digest = approve_all(dossier_id)
    assert actions.void_approval(subject="campaign:12", reason="edited", by=marketer, now=now)
    assert not actions.void_approval(subject="campaign:12", reason="edited", by=marketer, now=now)
    with pytest.raises(reviews.NotApproved), transaction.atomic():
        queries.send_permit(subject="campaign:12", digest=digest)
    assert Fact.objects.filter(kind="compliance.ApprovalVoided").count() == 1


def test_an_edited_version_needs_a_whole_new_review(
    dossier_id: int, marketer: Any, north: Any, now: Any
) -> None:
    digest = approve_all(dossier_id)
    second = make_dossier(branch=north, by=marketer, subject="campaign:12", goal="别的目标")
    assert Dossier.objects.get(pk=dossier_id).state == "voided"
    assert Dossier.objects.get(pk=second).version == 2
    assert [step.state for step in Dossier.objects.get(pk=second).steps.all()] == [
        "open",
        "waiting",
        "waiting",
    ]
    with pytest.raises(reviews.NotApproved), transaction.atomic():
        queries.send_permit(subject="campaign:12", digest=digest)


def test_refuses_to_submit_while_under_review_or_unchanged(
    dossier_id: int, marketer: Any, north: Any, now: Any
) -> None:
    with pytest.raises(reviews.AlreadyInReview):
        make_dossier(branch=north, by=marketer, subject="campaign:12", goal="别的目标")
    approve_all(dossier_id)
    with pytest.raises(reviews.AlreadyApproved):
        make_dossier(branch=north, by=marketer, subject="campaign:12")
    assert Dossier.objects.count() == 1


def test_refuses_blocking_findings_and_empty_dossiers(north: Any, marketer: Any, now: Any) -> None:
    with pytest.raises(reviews.BlockingFindings):
        make_dossier(branch=north, by=marketer, findings=[{"rule": "absolute", "severity": "block"}])
    unsaid = [{"key": "sms-a", "channel": "sms", "body": "保证收益，稳赚不赔！拒收请回复R"}]
    with pytest.raises(reviews.BlockingFindings):
        make_dossier(branch=north, by=marketer, variants=unsaid, findings=[])
    with pytest.raises(reviews.NothingToReview):
        make_dossier(branch=north, by=marketer, variants=[], page=None)
    assert not Dossier.objects.exists() and not Fact.objects.exists()


def test_return_needs_a_comment_and_ends_the_review(
    dossier_id: int, business_reviewer: Any, marketer: Any, north: Any, now: Any
) -> None:
    step = open_step(dossier_id)
    decision = {
        "step_id": step.pk,
        "expected_digest": step.dossier.digest,
        "by": business_reviewer,
        "now": now,
    }
    with pytest.raises(reviews.CommentNeeded):
        actions.return_step(**decision, comment="  ")
    actions.return_step(**decision, comment="风险提示须放在首屏")
    assert Dossier.objects.get(pk=dossier_id).state == "returned"
    states = [each.state for each in Dossier.objects.get(pk=dossier_id).steps.all()]
    assert states == ["returned", "cancelled", "cancelled"]
    assert make_dossier(branch=north, by=marketer, subject="campaign:12", goal="改后") != dossier_id


def test_only_authors_withdraw(
    dossier_id: int, marketer: Any, second_marketer: Any, stranger: Any, now: Any
) -> None:
    for person, refusal in ((second_marketer, reviews.NotYourDossier), (stranger, NotFound)):
        with pytest.raises(refusal):
            actions.withdraw_dossier(dossier_id=dossier_id, reason="改期", by=person, now=now)
    assert Dossier.objects.get(pk=dossier_id).state == "in_review"
    actions.withdraw_dossier(dossier_id=dossier_id, reason="改期", by=marketer, now=now)
    assert Dossier.objects.get(pk=dossier_id).state == "withdrawn"
    with pytest.raises(reviews.ReviewOver):
        actions.withdraw_dossier(dossier_id=dossier_id, reason="改期", by=marketer, now=now)


def test_approving_does_all_or_nothing(
    dossier_id: int, business_reviewer: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(dossier_id)
    monkeypatch.setattr("huiqun.compliance.actions.reviews._open", lambda *a, **k: 1 / 0)
    with suppress(ZeroDivisionError):
        approve(dossier_id, business_reviewer, now)
    assert state_of(dossier_id) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE compliance_dossier SET frozen = '{{}}'",
        "UPDATE compliance_dossier SET author_ids = '{{}}'",
        "DELETE FROM compliance_dossier",
        "UPDATE compliance_reviewstep SET state = 'approved', decided_by_id = {reviewer}, decided_at = now() WHERE position = 3",
        "UPDATE compliance_reviewstep SET state = 'approved', decided_by_id = {author}, decided_at = now() WHERE position = 1",
        "UPDATE compliance_permit SET approved = true",
    ],
)
def test_the_database_itself_refuses(
    statement: str, dossier_id: int, marketer: Any, business_reviewer: Any, now: Any
) -> None:
    from django.db import connection

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(author=marketer.pk, reviewer=business_reviewer.pk))
    assert Dossier.objects.get(pk=dossier_id).state == "in_review"


def test_the_chain_grows_by_budget_and_branch_but_never_shrinks(
    administrator: Any, north: Any, south: Any, marketer: Any, stranger: Any, now: Any
) -> None:
    extra = {
        "chain_step_id": None,
        "name": "消费者权益保护审查",
        "role": "risk_officer",
        "working_days": 2,
        "checklist": [],
        "enabled": True,
        "by": administrator,
        "now": now,
    }
    actions.save_chain_step(**extra, position=25, min_budget_fen=10_000_000, branch_id=None)
    actions.save_chain_step(**extra, position=26, min_budget_fen=None, branch_id=south.pk)
    small = Dossier.objects.get(pk=make_dossier(branch=north, by=marketer))
    large = Dossier.objects.get(pk=make_dossier(branch=north, by=marketer, budget_fen=10_000_000))
    southern = Dossier.objects.get(pk=make_dossier(branch=south, by=stranger))
    assert [dossier.steps.count() for dossier in (small, large, southern)] == [3, 4, 4]
    least = ChainStep.objects.get(role="legal_reviewer", least=True)
    values = {
        **extra,
        "chain_step_id": least.pk,
        "min_budget_fen": None,
        "branch_id": None,
        "role": "legal_reviewer",
    }
    for change in ({"enabled": False}, {"position": 5}, {"min_budget_fen": 1}, {"role": "risk_officer"}):
        with pytest.raises(chain.ChainBelowLeast):
            actions.save_chain_step(**{**values, "position": 20, **change})
    with pytest.raises(chain.ChainBelowLeast):
        actions.remove_chain_step(chain_step_id=least.pk, by=administrator, now=now)
    actions.save_chain_step(**{**values, "position": 22, "working_days": 5})
    assert ChainStep.objects.get(pk=least.pk).working_days == 5


@pytest.fixture
def deputy(head_office: Any, business_reviewer: Any, now: Any) -> Any:
    other = make_staff("deputy", head_office, "legal_reviewer")
    appoint(business_reviewer, other, now)
    return other


def appoint(principal: Any, other: Any, now: Any, days: int = 5) -> int:
    return actions.appoint_deputy(
        principal_id=principal.pk,
        deputy_id=other.pk,
        role="business_reviewer",
        start_date=now.date(),
        end_date=now.date() + timedelta(days=days),
        by=principal,
        now=now,
    )


def test_a_deputy_decides_within_the_dates_only(
    dossier_id: int, deputy: Any, business_reviewer: Any, now: Any
) -> None:
    refused(reviews.NotYourStep, dossier_id, deputy, now + timedelta(days=5))
    approve(dossier_id, deputy, now)
    step = ReviewStep.objects.get(dossier_id=dossier_id, position=1)
    assert (step.decided_by, step.acting_for) == (deputy, business_reviewer)


def test_a_deputy_does_not_multiply_a_persons_power(
    north: Any, marketer: Any, deputy: Any, business_reviewer: Any, dossier_id: int, now: Any
) -> None:
    approve(dossier_id, deputy, now)
    refused(reviews.OnePersonOneStep, dossier_id, deputy, now)
    authored = make_dossier(branch=north, by=marketer, authors=[business_reviewer])
    refused(reviews.AuthorCannotReview, authored, deputy, now)


def test_refuses_bad_deputies(business_reviewer: Any, legal_reviewer: Any, marketer: Any, now: Any) -> None:
    for other, days in ((marketer, 5), (business_reviewer, 5), (legal_reviewer, 0), (legal_reviewer, 200)):
        with pytest.raises(reviews.BadDeputy):
            appoint(business_reviewer, other, now, days=days)


def test_the_inbox_shows_what_i_may_decide(
    dossier_id: int, deputy: Any, business_reviewer: Any, legal_reviewer: Any, south: Any, now: Any
) -> None:
    southern = make_staff("southern", south, "business_reviewer")
    counts = [
        queries.pending_count(each, now=now) for each in (business_reviewer, deputy, legal_reviewer, southern)
    ]
    assert counts == [1, 1, 0, 0]
    late = now + timedelta(days=30)
    assert queries.overdue_count(business_reviewer, now=late) == 1
    assert [step.dossier_id for step in queries.inbox(business_reviewer, now, {"text": "定投"})] == [
        dossier_id
    ]
    assert not queries.inbox(business_reviewer, now, {"text": "别的"}).exists()
    approve(dossier_id, business_reviewer, now)
    assert queries.pending_count(business_reviewer, now=now) == 0
    assert queries.inbox(business_reviewer, now, {"box": "done"}).count() == 1


def test_reminders_are_facts_and_not_a_nuisance(
    dossier_id: int, marketer: Any, second_marketer: Any, now: Any
) -> None:
    step = open_step(dossier_id)
    with pytest.raises(reviews.NotYourDossier):
        actions.remind_step(step_id=step.pk, by=second_marketer, now=now)
    actions.remind_step(step_id=step.pk, by=marketer, now=now)
    with pytest.raises(reviews.RemindedJustNow):
        actions.remind_step(step_id=step.pk, by=marketer, now=now + timedelta(minutes=59))
    assert Fact.objects.filter(kind="compliance.ReviewersReminded").count() == 1


def test_the_clock_reminds_on_working_days_once_a_day(dossier_id: int, now: Any) -> None:
    """Friday's dossier is due on Monday at 18:00."""
    assert open_step(dossier_id).due_at.isoformat() == "2026-11-23T10:00:00+00:00"
    saturday, monday, tuesday = (
        now + timedelta(days=1),
        now + timedelta(days=3, hours=5),
        now + timedelta(days=4),
    )
    assert actions.remind_reviewers(now=now) == 0
    assert actions.remind_reviewers(now=saturday) == 0
    assert actions.remind_reviewers(now=monday) == 1
    assert actions.remind_reviewers(now=monday + timedelta(hours=1)) == 0
    assert actions.remind_reviewers(now=tuesday + timedelta(hours=8)) == 1
    last = Fact.objects.filter(kind="compliance.ReviewersReminded").latest("id")
    assert (last.by, last.body["overdue"], last.body["times"]) == (None, True, 2)


def test_differences_are_against_what_was_last_approved(
    dossier_id: int, marketer: Any, north: Any, now: Any
) -> None:
    approve_all(dossier_id)
    variants = make_body()["variants"]
    variants[0]["body"] = variants[0]["body"].replace("恢复请点", "如需恢复请点击")
    second = make_dossier(branch=north, by=marketer, subject="campaign:12", variants=variants[:1])
    changed = {
        each.key: each for each in queries.differences(Dossier.objects.get(pk=second)) if each.state != "same"
    }
    assert changed["variants.sms-a.body"].state == "changed"
    assert {each.state for key, each in changed.items() if key.startswith("variants.email-a")} == {"removed"}
    added = "".join(span.text for span in changed["variants.sms-a.body"].spans if span.kind == "added")
    assert "如需" in added
