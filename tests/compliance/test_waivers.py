"""A finding that does not block may be let stand, by whom it concerns, with a reason, for one version."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from huiqun.compliance import actions
from huiqun.compliance.models import Dossier, DossierFinding, Waiver
from huiqun.compliance.queries.dossier_findings import StandingFinding, standing_findings
from huiqun.compliance.rules import reviews, waivers
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.conftest import make_staff
from tests.makers.compliance import PAST_PERFORMANCE, approve_all, make_flagged_dossier, open_step

pytestmark = pytest.mark.django_db
Clients = Callable[[Any], Any]
REASON = "落地页有完整的业绩说明与提示语"


@pytest.fixture
def dossier_id(north: Any, marketer: Any, now: Any) -> int:
    return make_flagged_dossier(branch=north, by=marketer, subject="campaign:12")


def standing(dossier_id: int) -> list[StandingFinding]:
    dossier = Dossier.objects.get(pk=dossier_id)
    return [each for found in standing_findings(dossier).values() for each in found]


def grave(dossier_id: int) -> StandingFinding:
    return next(each for each in standing(dossier_id) if each.finding.rule == "PERF-01")


def waive(dossier_id: int, by: Any, now: Any, **over: Any) -> int:
    step = open_step(dossier_id)
    values: dict[str, Any] = {
        "step_id": step.pk,
        "expected_digest": step.dossier.digest,
        "finding_key": grave(dossier_id).place.key,
        "reason": REASON,
        **over,
    }
    return actions.waive_finding(**values, by=by, now=now)


def refused(refusal: type[Exception], dossier_id: int, by: Any, now: Any, **over: Any) -> None:
    before = (Waiver.objects.count(), Fact.objects.count())
    with pytest.raises(refusal):
        waive(dossier_id, by, now, **over)
    assert (Waiver.objects.count(), Fact.objects.count()) == before


def test_findings_are_kept_as_they_were_at_submission(dossier_id: int) -> None:
    row = DossierFinding.objects.get(dossier_id=dossier_id, rule="PERF-01")
    dossier = Dossier.objects.get(pk=dossier_id)
    assert (row.part, row.severity) == ("sms-a", "high")
    assert row.shown["citations"][0]["text"], "the law's words travel with the finding"
    assert dossier.rulebook_version and dossier.judged_on
    for change in ({"rulebook_version": "x"}, {"judged_on": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Dossier.objects.filter(pk=dossier_id).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_the_reviewer_of_the_open_step_waives(dossier_id: int, business_reviewer: Any, now: Any) -> None:
    waiver_id = waive(dossier_id, business_reviewer, now)
    waiver = Waiver.objects.get(pk=waiver_id)
    assert (waiver.rule, waiver.reason, waiver.by) == ("PERF-01", REASON, business_reviewer)
    assert grave(dossier_id).waiver == waiver
    fact = Fact.objects.get(kind="compliance.FindingWaived")
    assert fact.subject == "campaign:12" and fact.body["reason"] == REASON
    assert fact.body["digest"] == Dossier.objects.get(pk=dossier_id).digest


def test_refuses_whoever_may_not_decide_the_step(
    dossier_id: int, legal_reviewer: Any, second_marketer: Any, south: Any, head_office: Any, now: Any
) -> None:
    refused(reviews.NotYourStep, dossier_id, legal_reviewer, now)
    refused(reviews.NotYourStep, dossier_id, second_marketer, now)
    refused(NotFound, dossier_id, make_staff("other", south, "business_reviewer"), now)
    author = make_staff("author", head_office, "business_reviewer")
    own = make_flagged_dossier(branch=head_office, by=author, subject="campaign:13")
    refused(reviews.AuthorCannotReview, own, author, now, finding_key=grave(own).place.key)


def test_refuses_a_short_reason_a_stale_page_and_an_unknown_finding(
    dossier_id: int, business_reviewer: Any, now: Any
) -> None:
    refused(waivers.WaiverReasonShort, dossier_id, business_reviewer, now, reason="  可以  ")
    refused(reviews.StalePage, dossier_id, business_reviewer, now, expected_digest="0" * 64)
    refused(waivers.NoSuchFinding, dossier_id, business_reviewer, now, finding_key="GUA-01:0:2:sms-a")


def test_refuses_a_reason_that_names_a_customer(dossier_id: int, business_reviewer: Any, now: Any) -> None:
    refused(facts.PersonInFact, dossier_id, business_reviewer, now, reason="客户13912345678已经口头同意过")


def test_a_finding_is_waived_once(dossier_id: int, business_reviewer: Any, now: Any) -> None:
    waive(dossier_id, business_reviewer, now)
    refused(waivers.AlreadyWaived, dossier_id, business_reviewer, now)


def with_a_block(dossier_id: int) -> str:
    """A finding that must be changed, as a book that changed since might have left one; its key."""
    row = DossierFinding.objects.get(dossier_id=dossier_id, rule="PERF-01")
    row.pk, row.rule, row.severity = None, "GUA-02", "block"
    row.shown = row.shown | {"rule": "GUA-02", "severity": "block"}
    row.save(force_insert=True)
    return next(each.place.key for each in standing(dossier_id) if each.finding.blocks)


def test_nobody_waives_what_blocks_not_even_by_a_direct_post(
    dossier_id: int, business_reviewer: Any, client_of: Clients, now: Any
) -> None:
    key, step, client = with_a_block(dossier_id), open_step(dossier_id), client_of(business_reviewer)
    page = client.get(f"/compliance/dossiers/{dossier_id}/").content.decode()
    assert f'name="finding" value="{key}"' not in page
    assert f'name="finding" value="{grave(dossier_id).place.key}"' in page
    form = {"expected_digest": step.dossier.digest, "finding": key, "reason": REASON}
    assert client.post(f"/compliance/steps/{step.pk}/waive/", form).status_code == 403
    assert not Waiver.objects.exists()
    place = next(each.place for each in standing(dossier_id) if each.finding.blocks)
    with pytest.raises(DatabaseError), transaction.atomic():
        Waiver.objects.create(
            dossier_id=dossier_id, part=place.part, rule=place.rule, start=place.start, end=place.end,
            reason=REASON, by=business_reviewer, at=now,
        )  # fmt: skip


def test_only_whoever_waived_takes_it_back_and_only_during_the_review(
    dossier_id: int, business_reviewer: Any, legal_reviewer: Any, now: Any
) -> None:
    waiver_id = waive(dossier_id, business_reviewer, now)
    with pytest.raises(waivers.NotYourWaiver):
        actions.withdraw_waiver(waiver_id=waiver_id, by=legal_reviewer, now=now)
    actions.withdraw_waiver(waiver_id=waiver_id, by=business_reviewer, now=now)
    assert grave(dossier_id).waiver is None
    assert Fact.objects.filter(kind="compliance.WaiverWithdrawn", subject="campaign:12").count() == 1
    again = waive(dossier_id, business_reviewer, now)
    approve_all(dossier_id)
    with pytest.raises(reviews.ReviewOver):
        actions.withdraw_waiver(waiver_id=again, by=business_reviewer, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Waiver.objects.filter(pk=again).update(withdrawn_at=now)
    assert grave(dossier_id).waiver


def test_a_new_version_has_no_waivers(
    dossier_id: int, north: Any, marketer: Any, business_reviewer: Any, now: Any
) -> None:
    waive(dossier_id, business_reviewer, now)
    actions.withdraw_dossier(dossier_id=dossier_id, reason="改了标题", by=marketer, now=now)
    second = make_flagged_dossier(branch=north, by=marketer, subject="campaign:12", title="基金定投唤醒")
    assert all(each.waiver is None for each in standing(second))


def test_a_failing_last_step_leaves_no_waiver(
    dossier_id: int, business_reviewer: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("huiqun.compliance.actions.waivers.facts.record", broken)
    refused(RuntimeError, dossier_id, business_reviewer, now)


def test_approving_over_open_grave_findings_needs_the_very_count(
    dossier_id: int, business_reviewer: Any, client_of: Clients, now: Any
) -> None:
    step, client = open_step(dossier_id), client_of(business_reviewer)
    count = len(standing(dossier_id))
    page = client.get(f"/compliance/dossiers/{dossier_id}/").content.decode()
    assert f'name="findings_read" value="{count}"' in page
    form = {
        "expected_digest": step.dossier.digest,
        "expected_version": step.version,
        "checked": step.checklist,
    }
    for read in ({}, {"findings_read": count + 1}, {"findings_read": "²"}):
        assert client.post(f"/compliance/steps/{step.pk}/approve/", form | read).status_code == 409
    assert open_step(dossier_id).position == 1
    form |= {"findings_read": count}
    assert client.post(f"/compliance/steps/{step.pk}/approve/", form).status_code == 302
    assert open_step(dossier_id).position == 2
    assert Fact.objects.get(kind="compliance.StepApproved").body["findings_read"] == count


def test_a_waiver_makes_the_shown_count_stale_and_spares_reading_when_nothing_grave_is_left(
    dossier_id: int, business_reviewer: Any, client_of: Clients, now: Any
) -> None:
    step, client = open_step(dossier_id), client_of(business_reviewer)
    shown = len(standing(dossier_id))
    for each in standing(dossier_id)[1:]:
        waive(dossier_id, business_reviewer, now, finding_key=each.place.key)
    form = {
        "expected_digest": step.dossier.digest,
        "expected_version": step.version,
        "checked": step.checklist,
    }
    if shown > 1:
        stale = form | {"findings_read": shown}
        assert client.post(f"/compliance/steps/{step.pk}/approve/", stale).status_code == 409
    waive(dossier_id, business_reviewer, now, finding_key=standing(dossier_id)[0].place.key)
    page = client.get(f"/compliance/dossiers/{dossier_id}/").content.decode()
    assert REASON in page and "findings_read" not in page
    assert client.post(f"/compliance/steps/{step.pk}/approve/", form).status_code == 302


def test_the_page_shows_who_waived_and_lets_only_them_take_it_back(
    dossier_id: int, business_reviewer: Any, legal_reviewer: Any, client_of: Clients, now: Any
) -> None:
    waiver_id = waive(dossier_id, business_reviewer, now)
    address = f"/compliance/waivers/{waiver_id}/withdraw/"
    own = client_of(business_reviewer).get(f"/compliance/dossiers/{dossier_id}/").content.decode()
    other = client_of(legal_reviewer).get(f"/compliance/dossiers/{dossier_id}/").content.decode()
    assert address in own and address not in other
    assert "叶舟" in other and REASON in other
    assert client_of(legal_reviewer).post(address).status_code == 403
    assert client_of(business_reviewer).post(address).status_code == 302


def test_each_findings_article_opens_in_place(
    dossier_id: int, business_reviewer: Any, client_of: Clients
) -> None:
    page = client_of(business_reviewer).get(f"/compliance/dossiers/{dossier_id}/").content.decode()
    for each in standing(dossier_id):
        for citation in each.finding.citations:
            opened = page.partition(f'data-key="{each.place.rule} {citation.slug} {citation.article}"')[2]
            assert citation.text.splitlines()[0] in opened.partition("</details>")[0]


def test_a_dossier_from_before_findings_were_kept_is_judged_by_its_own_day(
    dossier_id: int, business_reviewer: Any, client_of: Clients
) -> None:
    dossier = Dossier.objects.get(pk=dossier_id)
    dossier.rulebook_version = ""  # as the older ones have it
    rules = {
        each.rule for found in standing_findings(dossier).values() for each in [f.finding for f in found]
    }
    assert "PERF-01" in rules and PAST_PERFORMANCE[:6] in dossier.frozen
