"""One reason per person, both arms judged alike."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from huiqun.customers import actions as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.actions import Caps, VariantPlan
from huiqun.delivery.models import ContactCount, Recipient
from huiqun.foundation.models import Fact
from tests.makers.customers import make_consent_text, make_customer
from tests.makers.delivery import NOW, make_account, make_order, open_run, outcome

TODAY = date(2026, 11, 20)


def reachable(branch: Any, **over: Any) -> Any:
    return make_customer(branch=branch, consents=["sms"], **over)


@pytest.mark.usefixtures("now")
class TestReasons:
    def test_gives_each_person_the_first_reason_that_applies(self, north: Any) -> None:
        people = {
            "no_contact_point": make_customer(branch=north, phone=None, consents=["sms"]),
            "suppressed": reachable(north),
            "no_consent": make_customer(branch=north),
            "minor": reachable(north, birth_date=date(2008, 11, 21)),
            "unsuitable": reachable(north, risk_level=2),
            "assessment_expired": reachable(north, risk_assessed_date=date(2025, 11, 19)),
            "": reachable(north, birth_date=date(2008, 11, 20)),
        }
        never_assessed = reachable(north, risk_level=None, risk_assessed_date=None)
        actions.suppress(customer_id=people["suppressed"].pk, now=NOW)
        run = open_run(branch=north, people=[*people.values(), never_assessed, 4_000_000_000], product_risk=3)
        for reason, person in people.items():
            assert outcome(run, person) == ("dropped" if reason else "queued", reason)
        assert outcome(run, never_assessed) == ("dropped", "assessment_expired")
        assert outcome(run, 4_000_000_000) == ("dropped", "unknown_customer")

    def test_asks_nothing_about_risk_for_a_product_without_a_level(self, north: Any) -> None:
        person = reachable(north, risk_level=None, risk_assessed_date=None)
        assert outcome(open_run(branch=north, people=[person]), person) == ("queued", "")

    def test_offers_no_loan_to_those_who_are_overdue(self, north: Any) -> None:
        person = reachable(north, overdue=True)
        assert (
            outcome(open_run(branch=north, people=[person], product_kind="loan"), person)[1]
            == "overdue_borrower"
        )
        assert outcome(open_run(branch=north, people=[person], product_kind="fund"), person) == ("queued", "")

    def test_refuses_consents_to_an_outdated_text(self, north: Any) -> None:
        person = reachable(north)
        customers.publish_consent_text(
            channel="sms", purpose="marketing", version="2", title="新", body="新", outdates=True, now=NOW
        )
        assert outcome(open_run(branch=north, people=[person]), person)[1] == "consent_outdated"

    def test_counts_a_withdrawn_consent_as_none(self, north: Any) -> None:
        person = reachable(north)
        customers.withdraw_consent(
            customer_id=person.pk, channel="sms", purpose="marketing", source="test", now=NOW
        )
        assert outcome(open_run(branch=north, people=[person]), person)[1] == "no_consent"

    def test_consent_to_one_purpose_is_none_to_another(self, north: Any) -> None:
        person = make_customer(branch=north, consents=["sms"], purpose="service")
        assert outcome(open_run(branch=north, people=[person]), person)[1] == "no_consent"

    def test_drops_everybody_after_the_deadline(self, north: Any) -> None:
        person = reachable(north)
        run = open_run(branch=north, people=[person], deadline_at=NOW)
        assert outcome(run, person) == ("dropped", "deadline_passed")


@pytest.mark.usefixtures("now")
class TestArms:
    def test_control_is_the_last_reason_and_keeps_channel_and_variant(self, north: Any) -> None:
        open_one, without_consent = reachable(north), make_customer(branch=north)
        run = open_run(branch=north, control=[open_one, without_consent])
        assert outcome(run, open_one) == ("dropped", "control")
        assert outcome(run, without_consent) == ("dropped", "no_consent")
        held_back = Recipient.objects.get(run=run, customer_id=open_one.pk)
        assert (held_back.arm, held_back.channel, held_back.variant_key) == ("control", "sms", "sms-a")


@pytest.mark.usefixtures("now")
class TestChannels:
    def test_takes_the_preferred_channel_that_is_open(self, north: Any) -> None:
        both = make_customer(branch=north, consents=["sms", "email"])
        mail_only = make_customer(branch=north, consents=["email"])
        accounts = [make_account(branch=north), make_account(branch=north, channel="email")]
        run = open_run(branch=north, people=[both, mail_only], accounts=accounts)
        chosen = dict(Recipient.objects.filter(run=run).values_list("customer_id", "channel"))
        assert chosen == {both.pk: "sms", mail_only.pk: "email"}

    def test_the_reason_is_where_the_last_channel_closed(self, north: Any) -> None:
        person = make_customer(branch=north, phone=None)
        accounts = [make_account(branch=north), make_account(branch=north, channel="email")]
        run = open_run(branch=north, people=[person], accounts=accounts)
        assert outcome(run, person) == ("dropped", "no_consent")

    def test_divides_variants_by_weight_in_both_arms(self, north: Any) -> None:
        account = make_account(branch=north)
        people = [reachable(north) for _ in range(60)]
        order = make_order(branch=north, people=people[:30], control=people[30:], accounts=[account])
        plan = order.channels[0]
        variants = (VariantPlan(key="sms-a", weight=1), VariantPlan(key="sms-b", weight=1))
        order = type(order)(
            **(vars(order) | {"channels": (type(plan)(**(vars(plan) | {"variants": variants})),)})
        )
        run_id = actions.open_run(order=order, by=None, now=NOW)
        actions.gate_run(run_id=run_id, now=NOW)
        for arm in ("treatment", "control"):
            keys = list(
                Recipient.objects.filter(run_id=run_id, arm=arm).values_list("variant_key", flat=True)
            )
            assert 5 < keys.count("sms-a") < 25 and keys.count("sms-b") == 30 - keys.count("sms-a")


@pytest.mark.usefixtures("now")
class TestFrequency:
    def count(self, person: Any, *, days_ago: int, channel: str = "sms", count: int = 1) -> None:
        ContactCount.objects.create(
            customer_id=person.pk,
            on_date=TODAY - timedelta(days=days_ago),
            purpose="marketing",
            channel=channel,
            count=count,
        )

    def test_counts_local_days_today_included(self, north: Any) -> None:
        recent, old = reachable(north), reachable(north)
        self.count(recent, days_ago=6)
        self.count(old, days_ago=7)
        run = open_run(branch=north, people=[recent, old], caps=Caps(per_channel_days=7))
        assert outcome(run, recent) == ("dropped", "over_frequency")
        assert outcome(run, old) == ("queued", "")

    def test_a_cap_of_one_channel_leaves_the_other_open(self, north: Any) -> None:
        person = make_customer(branch=north, consents=["sms", "email"])
        self.count(person, days_ago=0)
        accounts = [make_account(branch=north), make_account(branch=north, channel="email")]
        run = open_run(
            branch=north, people=[person], accounts=accounts, caps=Caps(per_channel_days={"sms": 7})
        )
        assert Recipient.objects.get(run=run).channel == "email"

    def test_counts_all_channels_together(self, north: Any) -> None:
        person, other = reachable(north), reachable(north)
        self.count(person, days_ago=1, channel="email", count=2)
        self.count(other, days_ago=1, channel="email", count=1)
        run = open_run(
            branch=north, people=[person, other], caps=Caps(all_channels_days=30, all_channels_limit=2)
        )
        assert outcome(run, person)[1] == "over_frequency"
        assert outcome(run, other) == ("queued", "")


@pytest.mark.usefixtures("now")
class TestRun:
    def test_holds_during_quiet_hours(self, north: Any) -> None:
        night = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
        person = reachable(north)
        run = open_run(branch=north, people=[person], quiet_hours=(time(21), time(8)), now=night)
        row = Recipient.objects.get(run=run)
        assert (row.state, row.reason) == ("held", "")
        assert row.not_before == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)

    def test_tells_one_fact_with_all_reasons(self, north: Any) -> None:
        run = open_run(
            branch=north, people=[reachable(north), make_customer(branch=north)], control=[reachable(north)]
        )
        fact = Fact.objects.get(kind="delivery.RunGated")
        assert fact.body["reasons"] == {"control": 1, "no_consent": 1}
        assert (fact.body["audience"], fact.body["queued"]) == (3, 1)
        progress = queries.run_progress(run.pk)
        assert (progress.dropped, progress.open, progress.audience) == (2, 1, 3)

    def test_gating_twice_changes_nothing(self, north: Any) -> None:
        run = open_run(branch=north, people=[reachable(north)])
        actions.gate_run(run_id=run.pk, now=NOW + timedelta(hours=1))
        assert Fact.objects.filter(kind="delivery.RunGated").count() == 1

    def test_publishing_no_consent_text_means_nobody(self, north: Any) -> None:
        make_consent_text()
        person = make_customer(branch=north)
        assert outcome(open_run(branch=north, people=[person]), person)[1] == "no_consent"
