"""Messages of unknown outcome: lost or repeated as the account says, and decided by people."""

from datetime import timedelta
from typing import Any

import pytest

from huiqun.compliance import queries as compliance
from huiqun.customers import actions as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.channels.base import Outcome, Verdict
from huiqun.delivery.models import Recipient, Run, Touch
from huiqun.delivery.rules import refusals
from huiqun.foundation.models import Fact
from tests.delivery.test_send_batch import die_in_the_middle
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, open_run, outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
LOST_ANSWER = Outcome(verdict=Verdict.UNKNOWN, code="SMTPServerDisconnected")


def mail_run(branch: Any, *, people: int = 1, **account: Any) -> tuple[Tray, Run, list[Any]]:
    """A channel that cannot be asked again."""
    tray = Tray()
    tray.idempotent = False
    everybody = [make_customer(branch=branch, consents=["email"]) for _ in range(people)]
    accounts = [make_account(branch=branch, channel="email", tray=tray, **account)]
    return tray, open_run(branch=branch, people=everybody, accounts=accounts), everybody


@pytest.fixture
def doubtful(north: Any) -> tuple[Tray, Run, list[Any]]:
    """A finished run with one message of unknown outcome."""
    tray, run, people = mail_run(north)
    tray.answers["*"] = [LOST_ANSWER]
    drain(run, channel="email")
    return tray, run, people


def resolve(run: Run, resolution: str, by: Any, now: Any = NOW) -> int:
    ids = list(Recipient.objects.filter(run=run).values_list("id", flat=True))
    return actions.resolve_uncertain(run_id=run.pk, recipient_ids=ids, resolution=resolution, by=by, now=now)


def test_prefers_loss_unless_the_account_says_otherwise(doubtful: Any) -> None:
    tray, run, (person,) = doubtful
    assert outcome(run, person) == ("failed", "unknown") and tray.messages == []
    assert queries.run_progress(run.pk).uncertain == 1


def test_an_account_that_prefers_repeating_sends_again_after_a_lost_answer(north: Any) -> None:
    tray, run, (person,) = mail_run(north, on_doubt="repeat")
    tray.answers["*"] = [LOST_ANSWER]
    drain(run, channel="email")
    drain(run, channel="email", now=NOW + timedelta(minutes=1))
    assert outcome(run, person) == ("sent", "") and len(tray.messages) == 1


def test_an_account_that_prefers_repeating_sends_again_after_a_dead_worker(north: Any) -> None:
    tray, run, (person,) = mail_run(north, on_doubt="repeat")
    die_in_the_middle(tray)
    with pytest.raises(KeyboardInterrupt):
        actions.send_batch(run_id=run.pk, channel="email", now=NOW)
    later = NOW + timedelta(seconds=31)
    assert actions.recover_leases(now=later) == 1
    drain(run, channel="email", now=later)
    assert outcome(run, person) == ("sent", "")


class TestDeciding:
    def test_sends_again_through_the_gate_and_closes_the_run_again(
        self, doubtful: Any, marketer: Any
    ) -> None:
        tray, run, (person,) = doubtful
        assert resolve(run, "resend", marketer) == 1
        drain(run, channel="email")
        assert outcome(run, person) == ("sent", "") and len(tray.messages) == 1
        assert queries.run_progress(run.pk).is_finished
        assert Fact.objects.filter(kind="delivery.RunFinished").count() == 1

    def test_the_root_of_a_finished_run_holds_when_messages_are_sent_again(
        self, doubtful: Any, marketer: Any
    ) -> None:
        from huiqun.delivery.queries.ledger import root_of_run

        _, run, _ = doubtful
        resolve(run, "resend", marketer, NOW + timedelta(hours=1))
        drain(run, channel="email", now=NOW + timedelta(hours=1))
        assert Fact.objects.get(kind="delivery.RunFinished").body["root"] == root_of_run(run.pk)

    def test_who_withdrew_meanwhile_is_not_written_to_again(self, doubtful: Any, marketer: Any) -> None:
        tray, run, (person,) = doubtful
        customers.withdraw_consent(
            customer_id=person.pk, channel="email", purpose="marketing", source="test", now=NOW
        )
        resolve(run, "resend", marketer)
        drain(run, channel="email")
        assert outcome(run, person) == ("failed", "unknown") and tray.messages == []

    def test_counts_as_sent(self, doubtful: Any, marketer: Any) -> None:
        _, run, (person,) = doubtful
        resolve(run, "count_as_sent", marketer)
        assert outcome(run, person) == ("sent", "")
        assert Touch.objects.filter(recipient__run=run, kind="sent").count() == 1

    def test_gives_up(self, doubtful: Any, marketer: Any) -> None:
        _, run, (person,) = doubtful
        resolve(run, "give_up", marketer)
        assert outcome(run, person) == ("failed", "given_up")
        assert queries.run_progress(run.pk).uncertain == 0

    def test_each_decision_is_a_fact_that_names_the_messages(self, doubtful: Any, marketer: Any) -> None:
        _, run, _ = doubtful
        resolve(run, "give_up", marketer)
        fact = Fact.objects.get(kind="delivery.UncertainResolved")
        ids = list(Recipient.objects.filter(run=run).values_list("id", flat=True))
        assert (fact.body["resolution"], fact.body["recipient_ids"], fact.by) == ("give_up", ids, marketer)

    def test_the_second_of_two_who_decide_is_told(self, doubtful: Any, marketer: Any) -> None:
        _, run, _ = doubtful
        resolve(run, "give_up", marketer)
        with pytest.raises(refusals.NothingUncertain):
            resolve(run, "resend", marketer)
        assert Fact.objects.filter(kind="delivery.UncertainResolved").count() == 1

    def test_nothing_is_sent_again_without_its_approval(
        self, doubtful: Any, marketer: Any, compliance_reviewer: Any
    ) -> None:
        from huiqun.compliance import actions as reviews
        from huiqun.compliance.rules.reviews import Stopped

        tray, run, (person,) = doubtful
        reviews.stop_subject(subject=run.subject, reason="错误", by=compliance_reviewer, now=NOW)
        with pytest.raises(Stopped):
            resolve(run, "resend", marketer)
        assert outcome(run, person) == ("failed", "unknown") and tray.messages == []
        assert compliance.is_stopped(run.subject)

    def test_the_page_lists_and_decides(self, doubtful: Any, marketer: Any, client_of: Any) -> None:
        _, run, (person,) = doubtful
        client, place = client_of(marketer), f"/delivery/runs/{run.pk}/uncertain/"
        row = Recipient.objects.get(run=run)
        assert f"{run.key}-{row.pk}" in client.get(place).content.decode()
        response = client.post(
            f"/delivery/runs/{run.pk}/resolve/", {"recipient": [row.pk], "resolution": "count_as_sent"}
        )
        assert response.status_code == 302 and outcome(run, person) == ("sent", "")
        assert f"{run.key}-{row.pk}" not in client.get(place).content.decode()
