"""A run opens once, only for what is approved, and from Arrow batches."""

from dataclasses import replace
from typing import Any

import pytest

from huiqun.compliance.rules.reviews import NotApproved, Stopped
from huiqun.delivery import actions, queries
from huiqun.delivery.actions import ChannelPlan
from huiqun.delivery.models import MemberBatch, Recipient, Run
from huiqun.delivery.rules.refusals import AccountUnfit, OrderInvalid, RunNotPaused, RunOver
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, make_account, make_order, members, open_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def test_keeps_every_member_with_arm_and_bucket_until_the_gate(north: Any) -> None:
    order = make_order(branch=north)
    order = replace(order, members=[*members([1, 2], control=[3]), *members([4])])
    run_id = actions.open_run(order=order, by=None, now=NOW)
    assert dict(queries.run_progress(run_id).states) == {"listed": 4} and not Recipient.objects.exists()
    actions.gate_run(run_id=run_id, now=NOW)
    rows = Recipient.objects.filter(run_id=run_id).order_by("customer_id")
    assert list(rows.values_list("customer_id", "arm", "bucket", "reason")) == [
        (1, "treatment", 1, "unknown_customer"),
        (2, "treatment", 2, "unknown_customer"),
        (3, "control", 3, "unknown_customer"),
        (4, "treatment", 4, "unknown_customer"),
    ]
    assert not MemberBatch.objects.exists()
    assert Fact.objects.get(kind="delivery.RunOpened").body["audience"] == 4


def test_pressing_twice_opens_one_run(north: Any) -> None:
    order = make_order(branch=north, people=[make_customer(branch=north)])
    first, second = (actions.open_run(order=order, by=None, now=NOW) for _ in range(2))
    assert first == second
    actions.gate_run(run_id=first, now=NOW)
    assert Recipient.objects.count() == 1 and not MemberBatch.objects.exists()
    assert [line.run_id for line in queries.runs_of(order.subject)] == [first]


def test_another_step_is_another_run(north: Any) -> None:
    order = make_order(branch=north)
    assert actions.open_run(order=order, by=None, now=NOW) != actions.open_run(
        order=replace(order, step="reminder"), by=None, now=NOW
    )


def test_refuses_what_is_not_approved(north: Any) -> None:
    order = replace(make_order(branch=north), digest="0" * 64)
    with pytest.raises(NotApproved):
        actions.open_run(order=order, by=None, now=NOW)
    assert not Run.objects.exists() and not Recipient.objects.exists()


def test_refuses_what_is_stopped(north: Any, compliance_reviewer: Any) -> None:
    from huiqun.compliance import actions as compliance

    order = make_order(branch=north)
    compliance.stop_subject(subject=order.subject, reason="错误", by=compliance_reviewer, now=NOW)
    with pytest.raises(Stopped):
        actions.open_run(order=order, by=None, now=NOW)
    assert not Run.objects.exists()


def test_refuses_an_account_that_is_off_or_of_another_channel(north: Any) -> None:
    for account in (make_account(branch=north, enabled=False), make_account(branch=north, channel="email")):
        order = make_order(branch=north)
        plan = ChannelPlan(channel="sms", account_id=account.pk, variants=order.channels[0].variants)
        with pytest.raises(AccountUnfit):
            actions.open_run(order=replace(order, channels=(plan,)), by=None, now=NOW)
    assert not Run.objects.exists()


def test_refuses_an_order_without_a_channel(north: Any) -> None:
    with pytest.raises(OrderInvalid):
        actions.open_run(order=replace(make_order(branch=north), channels=()), by=None, now=NOW)


def test_leaves_nothing_when_its_last_step_fails(north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    order = make_order(branch=north, people=[1])
    monkeypatch.setattr("huiqun.delivery.actions.runs.jobs.enqueue", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.open_run(order=order, by=None, now=NOW)
    assert not Run.objects.exists() and not MemberBatch.objects.exists()
    assert not Fact.objects.filter(kind="delivery.RunOpened").exists()


def test_a_finished_run_can_not_be_paused_resumed_or_cancelled(north: Any, marketer: Any) -> None:
    run = open_run(branch=north)
    actions.finish_run(run_id=run.pk, now=NOW)
    for change in (actions.pause_run, actions.resume_run, actions.cancel_run):
        with pytest.raises(RunOver):
            change(run_id=run.pk, by=marketer, now=NOW)


def test_only_a_paused_run_is_resumed(north: Any, marketer: Any) -> None:
    run = open_run(branch=north, people=[make_customer(branch=north, consents=["sms"])])
    with pytest.raises(RunNotPaused):
        actions.resume_run(run_id=run.pk, by=marketer, now=NOW)


def test_a_run_cancelled_before_its_gate_lists_everybody_as_cancelled(north: Any, marketer: Any) -> None:
    order = make_order(branch=north, people=[make_customer(branch=north, consents=["sms"])])
    run_id = actions.open_run(order=order, by=None, now=NOW)
    actions.cancel_run(run_id=run_id, by=marketer, now=NOW)
    actions.gate_run(run_id=run_id, now=NOW)
    assert actions.finish_run(run_id=run_id, now=NOW)
    assert queries.run_progress(run_id).reasons == {"cancelled": 1}
