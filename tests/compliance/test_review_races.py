"""Real transactions side by side: two clicks, two people, a stop against a sender."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from huiqun.compliance import actions, queries
from huiqun.compliance.models import ReviewStep
from huiqun.compliance.rules import reviews
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import Refusal
from tests.conftest import make_staff
from tests.makers.compliance import approve_all, make_dossier, open_step

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run the works at once, each on a connection of its own; their results or refusals."""
    results: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            results[place] = work()
        except Refusal as refusal:
            results[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.fixture
def dossier_id(north: Any, marketer: Any, now: Any) -> int:
    return make_dossier(branch=north, by=marketer, subject="campaign:12")


def approve(step: ReviewStep, by: Any, now: Any) -> Callable[[], Any]:
    digest = step.dossier.digest
    return lambda: actions.approve_step(step_id=step.pk, expected_digest=digest, by=by, now=now)


def test_two_clicks_of_one_person_are_one_approval(dossier_id: int, business_reviewer: Any, now: Any) -> None:
    click = approve(open_step(dossier_id), business_reviewer, now)
    assert sorted(map(str, together(click, click, click, click))) == [
        "None",
        *["compliance.step_decided"] * 3,
    ]
    assert Fact.objects.filter(kind="compliance.StepApproved").count() == 1


def test_two_reviewers_at_once_decide_once(dossier_id: int, head_office: Any, now: Any) -> None:
    first, second = (make_staff(f"b{n}", head_office, "business_reviewer") for n in (1, 2))
    step = open_step(dossier_id)
    results = together(approve(step, first, now), approve(step, second, now))
    assert sorted(map(str, results)) == ["None", "compliance.step_decided"]


def test_an_edit_and_the_last_approval_at_once_leave_nothing_sendable(
    dossier_id: int,
    business_reviewer: Any,
    legal_reviewer: Any,
    compliance_reviewer: Any,
    marketer: Any,
    now: Any,
) -> None:
    for reviewer in (business_reviewer, legal_reviewer):
        approve(open_step(dossier_id), reviewer, now)()
    step = open_step(dossier_id)
    together(
        approve(step, compliance_reviewer, now),
        lambda: actions.void_approval(subject="campaign:12", reason="edited", by=marketer, now=now),
    )
    with pytest.raises(reviews.NotApproved), transaction.atomic():
        queries.send_permit(subject="campaign:12", digest=step.dossier.digest)


def test_two_submissions_at_once_make_one_version(north: Any, marketer: Any, now: Any) -> None:
    def submit() -> int:
        return make_dossier(branch=north, by=marketer, subject="campaign:7")

    results = together(submit, submit)
    assert "compliance.already_in_review" in results
    assert Fact.objects.filter(kind="compliance.DossierSubmitted").count() == 1


@pytest.mark.parametrize("subject", ["campaign:12", "all"])
def test_a_stop_waits_for_the_sender_and_then_nothing_is_sent(
    subject: str, dossier_id: int, risk_officer: Any, now: Any
) -> None:
    digest = approve_all(dossier_id)
    order: list[str] = []
    holding = threading.Event()

    def send() -> None:
        with transaction.atomic():
            queries.send_permit(subject="campaign:12", digest=digest)
            holding.set()
            time.sleep(0.4)
            order.append("sent")

    def stop() -> None:
        holding.wait(timeout=10)
        actions.stop_subject(subject=subject, reason="舆情", by=risk_officer, now=now)
        order.append("stopped")

    together(send, stop)
    assert order == ["sent", "stopped"]
    with pytest.raises(reviews.Stopped), transaction.atomic():
        queries.send_permit(subject="campaign:12", digest=digest)


def test_senders_do_not_wait_for_each_other(dossier_id: int, now: Any) -> None:
    digest = approve_all(dossier_id)
    both_inside = threading.Barrier(2)

    def send() -> str:
        with transaction.atomic():
            queries.send_permit(subject="campaign:12", digest=digest)
            both_inside.wait(timeout=5)
        return "sent"

    assert together(send, send) == ["sent", "sent"]


def test_a_stop_is_not_kept_waiting_by_overlapping_senders(
    dossier_id: int, risk_officer: Any, now: Any
) -> None:
    digest = approve_all(dossier_id)
    sent: list[float] = []
    asked = threading.Event()
    until = time.monotonic() + 3

    def keep_sending() -> None:
        try:
            while time.monotonic() < until:
                with transaction.atomic():
                    queries.send_permit(subject="campaign:12", digest=digest)
                    time.sleep(0.05)
                sent.append(time.monotonic())
                asked.set()
        except reviews.Stopped:
            pass

    def stop() -> float:
        asked.wait(timeout=10)
        began = time.monotonic()
        actions.stop_subject(subject="campaign:12", reason="舆情", by=risk_officer, now=now)
        return time.monotonic() - began

    waited = together(*[keep_sending] * 8, stop)[-1]
    assert waited < 1, f"the stop waited {waited:.2f} s behind senders"
