"""From queued to sent: each once, or with a reason why not."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from huiqun.compliance import actions as compliance
from huiqun.customers import actions as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.actions import Caps
from huiqun.delivery.channels.base import Outcome, Verdict
from huiqun.delivery.models import ContactCount, Recipient, Run, Touch
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, open_run, outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def reachable(branch: Any, **over: Any) -> Any:
    return make_customer(branch=branch, consents=["sms"], **over)


@pytest.fixture
def tray() -> Tray:
    return Tray()


class TestSending:
    def test_sends_the_approved_words_filled_in_for_each_person(self, north: Any, tray: Tray) -> None:
        person = reachable(north)
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        drain(run)
        (message,) = tray.messages
        recipient = Recipient.objects.get(run=run)
        link = f"http://testserver/m/{queries.make_link(recipient.pk)}/"
        assert message.to == person.phone
        assert message.body.startswith(f"【江川银行】王女士，您的定投计划已暂停，恢复请点 {link}。")
        assert message.body.endswith("拒收请回复R")
        assert (recipient.state, recipient.sent_at, recipient.gateway_reference) == ("sent", NOW, "g1")

    def test_finishes_when_everybody_is_sent_dropped_or_failed(self, north: Any, tray: Tray) -> None:
        people = [reachable(north) for _ in range(3)]
        refused = reachable(north)
        tray.answers[refused.phone] = [Outcome(verdict=Verdict.REFUSED, code="blocked")]
        run = open_run(
            branch=north,
            people=[*people, refused, make_customer(branch=north)],
            control=[reachable(north)],
            accounts=[make_account(branch=north, tray=tray)],
        )
        drain(run)
        fact = Fact.objects.get(kind="delivery.RunFinished").body
        assert (fact["audience"], fact["sent"], fact["dropped"], fact["failed"]) == (6, 3, 2, 1)
        assert outcome(run, refused) == ("failed", "refused")
        progress = queries.run_progress(run.pk, now=NOW)
        assert (progress.is_finished, progress.settled, progress.open) == (True, 6, 0)

    def test_records_a_touch_and_a_count_for_each_message(self, north: Any, tray: Tray) -> None:
        person = reachable(north)
        drain(open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)]))
        assert Touch.objects.get(customer_id=person.pk).kind == "sent"
        count = ContactCount.objects.get(customer_id=person.pk, channel="sms")
        assert (count.count, count.on_date.isoformat()) == (1, "2026-11-20")

    def test_a_person_whose_copy_cannot_be_filled_in_fails_alone(self, north: Any, tray: Tray) -> None:
        first, second = reachable(north), reachable(north)
        run = open_run(branch=north, people=[first, second], accounts=[make_account(branch=north, tray=tray)])
        type(first).objects.filter(pk=first.pk).update(phone=None, phone_index=None)
        drain(run)
        assert outcome(run, first) == ("failed", "no_address")
        assert outcome(run, second) == ("sent", "")

    def test_does_not_exceed_the_accounts_rate(self, north: Any, tray: Tray) -> None:
        account = make_account(branch=north, tray=tray, rate_per_second=3)
        run = open_run(branch=north, people=[reachable(north) for _ in range(10)], accounts=[account])
        first = actions.send_batch(run_id=run.pk, channel="sms", now=NOW)
        second = actions.send_batch(run_id=run.pk, channel="sms", now=NOW)
        assert first.marked == 3
        assert (second.marked, second.next) == (
            0,
            "wait",
        ) or second.marked == 1  # a slow machine earns a token


class TestRevoked:
    def test_drops_those_who_withdrew_after_the_gate(self, north: Any, tray: Tray) -> None:
        stays, leaves = reachable(north), reachable(north)
        run = open_run(branch=north, people=[stays, leaves], accounts=[make_account(branch=north, tray=tray)])
        customers.withdraw_consent(
            customer_id=leaves.pk, channel="sms", purpose="marketing", source="test", now=NOW
        )
        drain(run)
        assert outcome(run, leaves) == ("dropped", "no_consent")
        assert [message.to for message in tray.messages] == [stays.phone]

    def test_drops_what_waits_with_the_suppression(self, north: Any, tray: Tray) -> None:
        person = reachable(north)
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        actions.suppress(customer_id=person.pk, reason="complained", now=NOW)
        assert outcome(run, person) == ("dropped", "suppressed")
        assert Fact.objects.get(kind="delivery.CustomerSuppressed").body["dropped"] == 1

    def test_a_stop_pauses_the_run_and_drops_nobody(
        self, north: Any, tray: Tray, compliance_reviewer: Any
    ) -> None:
        person = reachable(north)
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        compliance.stop_subject(subject=run.subject, reason="错误利率", by=compliance_reviewer, now=NOW)
        drain(run)
        run.refresh_from_db()
        assert (run.state, run.paused_because) == ("paused", "compliance.stopped")
        assert outcome(run, person) == ("queued", "") and tray.messages == []

    def test_a_voided_approval_pauses_the_run(self, north: Any, tray: Tray, marketer: Any) -> None:
        run = open_run(
            branch=north, people=[reachable(north)], accounts=[make_account(branch=north, tray=tray)]
        )
        compliance.void_approval(subject=run.subject, reason="edited", by=marketer, now=NOW)
        drain(run)
        run.refresh_from_db()
        assert (run.state, run.paused_because) == ("paused", "compliance.not_approved")
        assert tray.messages == []

    def test_two_runs_together_keep_the_cap(self, north: Any, tray: Tray) -> None:
        """Both were gated before either sent: the count is taken when a message is marked."""
        person, account = reachable(north), make_account(branch=north, tray=tray)
        runs = [
            open_run(branch=north, people=[person], accounts=[account], caps=Caps(per_channel_days=7))
            for _ in range(2)
        ]
        for run in runs:
            drain(run)
        assert [outcome(run, person) for run in runs] == [("sent", ""), ("dropped", "over_frequency")]
        assert len(tray.messages) == 1

    def test_drops_instead_of_sending_late(self, north: Any, tray: Tray) -> None:
        person = reachable(north)
        deadline = NOW + timedelta(hours=2)
        run = open_run(
            branch=north,
            people=[person],
            accounts=[make_account(branch=north, tray=tray)],
            deadline_at=deadline,
        )
        drain(run, now=deadline)
        assert outcome(run, person) == ("dropped", "deadline_passed") and tray.messages == []


class TestQuietHours:
    night = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    morning = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)

    def test_sends_nothing_at_night_and_goes_on_in_the_morning(self, north: Any, tray: Tray) -> None:
        person = reachable(north)
        run = open_run(
            branch=north,
            people=[person],
            accounts=[make_account(branch=north, tray=tray)],
            quiet_hours=(time(21), time(8)),
        )
        drain(run, now=self.night)
        assert tray.messages == []
        actions.tend_runs(now=self.night)
        assert outcome(run, person) == ("held", "")
        actions.tend_runs(now=self.morning - timedelta(seconds=1))
        assert outcome(run, person) == ("held", "")
        actions.tend_runs(now=self.morning)
        drain(run, now=self.morning)
        assert outcome(run, person) == ("sent", "")


class TestPause:
    def test_pauses_and_goes_on_where_it_was(self, north: Any, tray: Tray, marketer: Any) -> None:
        run = open_run(
            branch=north,
            people=[reachable(north) for _ in range(5)],
            accounts=[make_account(branch=north, tray=tray)],
        )
        actions.send_batch(run_id=run.pk, channel="sms", now=NOW, size=2)
        actions.pause_run(run_id=run.pk, by=marketer, now=NOW)
        drain(run)
        assert len(tray.messages) == 2
        actions.resume_run(run_id=run.pk, by=marketer, now=NOW)
        drain(run)
        assert len(tray.messages) == len({message.to for message in tray.messages}) == 5
        kinds = Fact.objects.filter(subject=f"run:{run.pk}").order_by("id").values_list("kind", flat=True)
        assert list(kinds)[-3:] == ["delivery.RunPaused", "delivery.RunResumed", "delivery.RunFinished"]

    def test_a_cancelled_run_leaves_the_rest_out_for_good(
        self, north: Any, tray: Tray, marketer: Any
    ) -> None:
        run = open_run(
            branch=north,
            people=[reachable(north) for _ in range(5)],
            accounts=[make_account(branch=north, tray=tray)],
        )
        actions.send_batch(run_id=run.pk, channel="sms", now=NOW, size=2)
        actions.cancel_run(run_id=run.pk, by=marketer, now=NOW)
        drain(run)
        progress = queries.run_progress(run.pk)
        assert (progress.sent, progress.reasons, progress.is_finished) == (2, {"cancelled": 3}, True)


class TestTrouble:
    def test_tries_again_later_with_the_same_key(self, north: Any, tray: Tray) -> None:
        person = reachable(north)
        keys: list[str] = []
        tray.before = lambda message: keys.append(message.key)
        tray.answers["*"] = [Outcome(verdict=Verdict.RETRY, code="http_503")]
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        drain(run)
        row = Recipient.objects.get(run=run)
        assert (row.state, row.attempt) == ("queued", 1) and row.not_before > NOW
        drain(run, now=NOW + timedelta(seconds=10))
        assert outcome(run, person) == ("sent", "") and len(set(keys)) == 1 and len(keys) == 2

    def test_gives_up_after_several_attempts(self, north: Any, tray: Tray) -> None:
        person = reachable(north)
        tray.answers["*"] = [Outcome(verdict=Verdict.RETRY) for _ in range(20)]
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        for hour in range(8):
            drain(run, now=NOW + timedelta(hours=hour))
        assert outcome(run, person) == ("failed", "exhausted") and len(tray.answers["*"]) == 14

    def test_an_account_that_is_refused_pauses_the_run_and_blames_no_message(
        self, north: Any, tray: Tray
    ) -> None:
        person = reachable(north)
        tray.answers["*"] = [Outcome(verdict=Verdict.ACCOUNT, code="http_401")]
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        drain(run)
        run.refresh_from_db()
        assert (run.state, run.paused_because) == ("paused", "channel:http_401")
        assert outcome(run, person) == ("queued", "")
        assert Recipient.objects.get(run=run).attempt == 0

    def test_what_a_dead_worker_marked_is_asked_again_where_that_is_safe(
        self, north: Any, tray: Tray
    ) -> None:
        person = reachable(north)
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        die_in_the_middle(tray)
        with pytest.raises(KeyboardInterrupt):
            actions.send_batch(run_id=run.pk, channel="sms", now=NOW)
        assert outcome(run, person) == ("sending", "")
        assert actions.recover_leases(now=NOW + timedelta(seconds=29)) == 0
        assert actions.recover_leases(now=NOW + timedelta(seconds=31)) == 1
        drain(run, now=NOW + timedelta(seconds=31))
        assert outcome(run, person) == ("sent", "")

    def test_what_cannot_be_asked_again_stays_unknown_and_is_not_repeated(self, north: Any) -> None:
        tray = Tray()
        tray.idempotent = False
        first, second = (make_customer(branch=north, consents=["email"]) for _ in range(2))
        account = make_account(branch=north, channel="email", tray=tray)
        run = open_run(branch=north, people=[first, second], accounts=[account])
        die_in_the_middle(tray)
        with pytest.raises(KeyboardInterrupt):
            actions.send_batch(run_id=run.pk, channel="email", now=NOW)
        tray.before = None
        later = NOW + timedelta(seconds=31)
        actions.recover_leases(now=later)
        drain(run, now=later, channel="email")
        assert [outcome(run, person) for person in (first, second)] == [("failed", "unknown"), ("sent", "")]
        assert [message.to for message in tray.messages] == [second.email]

    def test_an_uncertain_message_whose_ground_is_gone_counts_as_failed(self, north: Any, tray: Tray) -> None:
        """It may have arrived: "dropped" would be a claim that nobody can make."""
        person = reachable(north)
        tray.answers["*"] = [Outcome(verdict=Verdict.UNKNOWN, code="ReadTimeout")]
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        drain(run)
        customers.withdraw_consent(
            customer_id=person.pk, channel="sms", purpose="marketing", source="test", now=NOW
        )
        drain(run, now=NOW + timedelta(hours=1))
        assert outcome(run, person) == ("failed", "unknown") and tray.messages == []

    def test_is_judged_again_when_the_handover_comes_too_late(
        self, north: Any, tray: Tray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person = reachable(north)
        monkeypatch.setattr("huiqun.delivery.actions.handover.HANDOVER_SECONDS", -1.0)
        run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])
        actions.send_batch(run_id=run.pk, channel="sms", now=NOW)
        row = Recipient.objects.get(run=run)
        assert (row.state, row.attempt, tray.messages) == ("queued", 0, [])


def die_in_the_middle(tray: Tray) -> None:
    def die(message: Any) -> None:
        tray.before = None
        raise KeyboardInterrupt

    tray.before = die


def test_needs_no_look_at_finished_runs(north: Any, django_assert_max_num_queries: Any) -> None:
    drain(open_run(branch=north, people=[]))
    assert Run.objects.get().state == "finished"
    with django_assert_max_num_queries(1):
        assert actions.tend_runs(now=NOW) == 0
