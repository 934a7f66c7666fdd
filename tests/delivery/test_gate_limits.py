"""Caps, quotas, priority, clocks and holidays: judged at the gate, and again when a message is marked."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from huiqun.delivery import actions
from huiqun.delivery.actions import Caps, Closed
from huiqun.delivery.models import ContactCount, MemberBatch, Recipient, Run
from huiqun.delivery.rules.refusals import OrderInvalid
from huiqun.foundation import clock
from huiqun.lib.holidays import HolidaysUnknown
from tests.makers.customers import make_consent, make_customer
from tests.makers.delivery import NOW, drain, make_account, make_order, members, open_run, outcome

TODAY = date(2026, 11, 20)


def reachable(branch: Any, **over: Any) -> Any:
    return make_customer(branch=branch, consents=["sms"], **over)


@pytest.mark.usefixtures("now")
class TestPeople:
    def test_whoever_was_merged_into_another_gets_nothing_twice(self, north: Any) -> None:
        stands = reachable(north)
        merged = reachable(north, merged_into=stands)
        run = open_run(branch=north, people=[stands, merged])
        assert outcome(run, merged) == ("dropped", "unknown_customer")
        assert outcome(run, stands) == ("queued", "")

    def test_a_protected_person_is_not_marketed_to_but_served(self, north: Any) -> None:
        person = reachable(north, is_protected=True)
        make_consent(customer=person, purpose="service")
        assert outcome(open_run(branch=north, people=[person]), person)[1] == "protected"
        served = open_run(branch=north, people=[person], purpose="service")
        assert outcome(served, person) == ("queued", "")

    def test_a_member_listed_twice_is_refused_before_anything_is_kept(self, north: Any) -> None:
        order = make_order(branch=north, people=[1, 2])
        order = replace(order, members=[*order.members, *members([2])])
        with pytest.raises(OrderInvalid):
            actions.open_run(order=order, by=None, now=NOW)
        assert not Run.objects.exists() and not MemberBatch.objects.exists()


@pytest.mark.usefixtures("now")
class TestCaps:
    def count(self, person: Any, *, on: date = TODAY, **over: Any) -> None:
        values = {"purpose": "marketing", "channel": "sms", "count": 1}
        ContactCount.objects.create(customer_id=person.pk, on_date=on, **(values | over))

    def test_a_topic_has_a_cap_of_its_own(self, north: Any) -> None:
        person = reachable(north)
        self.count(person, topic="fund")
        caps = Caps(per_topic_days=30)
        assert (
            outcome(open_run(branch=north, people=[person], caps=caps, topic="fund"), person)[1]
            == "over_frequency"
        )
        other = open_run(branch=north, people=[person], caps=caps, topic="deposit")
        assert outcome(other, person) == ("queued", "")

    def test_surveys_and_service_messages_count_when_everything_is_counted(self, north: Any) -> None:
        person = reachable(north)
        self.count(person, purpose="service", count=2)
        free = open_run(branch=north, people=[person], caps=Caps(all_channels_days=7, all_channels_limit=2))
        assert outcome(free, person) == ("queued", "")
        run = open_run(branch=north, people=[person], caps=Caps(overall_days=7, overall_limit=2))
        assert outcome(run, person)[1] == "over_frequency"

    def test_days_are_those_of_the_customers_own_clock(self, north: Any) -> None:
        """Ten in the morning at the bank is still the evening before in New York."""
        here, away = reachable(north), reachable(north, time_zone="America/New_York")
        for person in (here, away):
            self.count(person, on=TODAY - timedelta(days=1))
        run = open_run(branch=north, people=[here, away], caps=Caps(per_channel_days=1))
        assert outcome(run, here) == ("queued", "")
        assert outcome(run, away)[1] == "over_frequency"

    def test_a_platforms_monthly_quota_is_of_the_calendar_month_and_any_purpose(self, north: Any) -> None:
        full, last_month = reachable(north), reachable(north)
        self.count(full, on=date(2026, 11, 1), purpose="service", count=4)
        self.count(last_month, on=date(2026, 10, 31), count=4)
        account = make_account(branch=north, config={"person_month_limit": 4})
        run = open_run(branch=north, people=[full, last_month], accounts=[account])
        assert outcome(run, full) == ("dropped", "over_quota")
        assert outcome(run, last_month) == ("queued", "")


@pytest.mark.usefixtures("now")
class TestPriority:
    def test_yields_to_a_message_of_higher_priority_that_waits_today(self, north: Any) -> None:
        both, only_low = reachable(north), reachable(north)
        first = open_run(branch=north, people=[both], priority=80)
        low = open_run(branch=north, people=[both, only_low])
        assert outcome(first, both) == ("queued", "")
        assert outcome(low, both) == ("dropped", "lower_priority")
        assert outcome(low, only_low) == ("queued", "")

    def test_yields_to_one_that_was_sent_today_but_not_to_one_of_yesterday(self, north: Any) -> None:
        person = reachable(north)
        drain(open_run(branch=north, people=[person], priority=80))
        assert outcome(open_run(branch=north, people=[person]), person)[1] == "lower_priority"
        tomorrow = NOW + timedelta(days=1)
        assert outcome(open_run(branch=north, people=[person], now=tomorrow), person) == ("queued", "")

    def test_yields_to_none_of_its_own_rank_nor_to_a_paused_one_or_a_control(self, north: Any) -> None:
        person, held_back = reachable(north), reachable(north)
        open_run(branch=north, people=[person])
        open_run(branch=north, control=[held_back], priority=80)
        paused = open_run(branch=north, people=[person], priority=80)
        actions.pause_run(run_id=paused.pk, by=None, now=NOW)
        run = open_run(branch=north, people=[person, held_back])
        assert outcome(run, person) == outcome(run, held_back) == ("queued", "")

    def test_both_arms_are_judged_alike(self, north: Any) -> None:
        person = reachable(north)
        open_run(branch=north, people=[person], priority=80)
        assert outcome(open_run(branch=north, control=[person]), person)[1] == "lower_priority"

    def test_whoever_was_queued_yields_when_a_higher_one_comes_before_the_sending(self, north: Any) -> None:
        person = reachable(north)
        low = open_run(branch=north, people=[person])
        high = open_run(branch=north, people=[person], priority=80)
        drain(low)
        assert outcome(low, person) == ("dropped", "lower_priority")
        drain(high)
        assert outcome(high, person)[0] == "sent"


NIGHT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
NATIONAL_DAY = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
QUIET = (time(21), time(8))


class TestQuietTimes:
    def test_a_run_that_drops_drops_at_night_with_its_reason(self, north: Any) -> None:
        with clock.at(NIGHT):
            person = reachable(north)
            run = open_run(branch=north, people=[person], quiet_hours=QUIET, on_quiet=Closed.DROP, now=NIGHT)
        assert outcome(run, person) == ("dropped", "quiet_hours")

    @pytest.mark.usefixtures("now")
    def test_the_night_is_that_of_the_customers_own_clock(self, north: Any) -> None:
        """At ten in the morning at the bank New York sleeps; at midnight at the bank it does not."""
        here, away = reachable(north), reachable(north, time_zone="America/New_York")
        run = open_run(branch=north, people=[here, away], quiet_hours=QUIET)
        assert outcome(run, here) == ("queued", "") and outcome(run, away) == ("held", "")
        assert Recipient.objects.get(run=run, customer_id=away.pk).not_before == datetime(
            2026, 11, 20, 13, 0, tzinfo=UTC
        )
        drain(run)
        assert outcome(run, here)[0] == "sent" and outcome(run, away)[0] == "held"
        actions.release_held(run_id=run.pk, now=NIGHT)
        drain(run, now=NIGHT)
        assert outcome(run, away)[0] == "sent"

    def test_holidays_hold_until_the_first_open_hour_after_them(self, north: Any) -> None:
        with clock.at(NATIONAL_DAY):
            person = reachable(north)
            run = open_run(
                branch=north,
                people=[person],
                quiet_hours=QUIET,
                on_holidays=Closed.HOLD,
                deadline_at=NATIONAL_DAY + timedelta(days=20),
                now=NATIONAL_DAY,
            )
        assert outcome(run, person) == ("held", "")
        assert Recipient.objects.get(run=run).not_before == datetime(2026, 10, 8, 0, 0, tzinfo=UTC)

    def test_holidays_drop_with_their_own_reason(self, north: Any) -> None:
        with clock.at(NATIONAL_DAY):
            person = reachable(north)
            run = open_run(branch=north, people=[person], on_holidays=Closed.DROP, now=NATIONAL_DAY)
        assert outcome(run, person) == ("dropped", "holiday")

    @pytest.mark.usefixtures("now")
    def test_a_year_whose_holidays_nobody_has_entered_is_refused(self, north: Any) -> None:
        order = make_order(
            branch=north,
            people=[reachable(north)],
            on_holidays=Closed.HOLD,
            deadline_at=datetime(2027, 1, 4, tzinfo=UTC),
        )
        with pytest.raises(HolidaysUnknown):
            actions.open_run(order=order, by=None, now=NOW)
        assert not Run.objects.exists()

    @pytest.mark.usefixtures("now")
    def test_keeping_quiet_drops_what_waited_where_the_run_drops(self, north: Any) -> None:
        person = reachable(north)
        run = open_run(branch=north, people=[person], quiet_hours=QUIET, on_quiet=Closed.DROP)
        assert actions.keep_quiet(run_id=run.pk, now=NIGHT) == 1
        assert outcome(run, person) == ("dropped", "quiet_hours")


@pytest.mark.usefixtures("now")
class TestMarking:
    """What may change between the gate and the sending."""

    def test_an_accounts_day_is_never_exceeded_and_the_rest_waits_for_tomorrow(self, north: Any) -> None:
        account = make_account(branch=north, config={"day_limit": 3})
        people = [reachable(north) for _ in range(5)]
        runs = [open_run(branch=north, people=some, accounts=[account]) for some in (people[:2], people[2:])]
        for run in runs:
            drain(run)
        states = Counter(Recipient.objects.values_list("state", flat=True))
        assert states == {"sent": 3, "held": 2}
        tomorrow = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
        assert set(Recipient.objects.filter(state="held").values_list("not_before", flat=True)) == {tomorrow}
        assert sum(ContactCount.objects.values_list("count", flat=True)) == 3

    def test_what_could_only_go_after_the_deadline_is_dropped_as_over_quota(self, north: Any) -> None:
        account = make_account(branch=north, config={"day_limit": 1})
        people = [reachable(north) for _ in range(2)]
        run = open_run(branch=north, people=people, accounts=[account], deadline_at=NOW + timedelta(hours=3))
        drain(run)
        assert sorted(outcome(run, person) for person in people) == [("dropped", "over_quota"), ("sent", "")]

    def test_a_monthly_quota_filled_since_the_gate_closes(self, north: Any) -> None:
        account = make_account(branch=north, config={"person_month_limit": 1})
        person = reachable(north)
        first, second = (open_run(branch=north, people=[person], accounts=[account]) for _ in range(2))
        drain(first)
        drain(second)
        assert outcome(first, person)[0] == "sent"
        assert outcome(second, person) == ("dropped", "over_quota")


class TestRunNotPerson:
    @pytest.mark.usefixtures("now")
    def test_a_stop_before_the_gate_pauses_the_run_and_blames_nobody(
        self, north: Any, compliance_reviewer: Any
    ) -> None:
        from huiqun.compliance import actions as compliance

        order = make_order(branch=north, people=[reachable(north)])
        run_id = actions.open_run(order=order, by=None, now=NOW)
        compliance.stop_subject(subject=order.subject, reason="错误", by=compliance_reviewer, now=NOW)
        actions.gate_run(run_id=run_id, now=NOW)
        run = Run.objects.get(pk=run_id)
        assert (run.state, run.paused_because) == ("paused", "compliance.stopped")
        assert not Recipient.objects.exists() and MemberBatch.objects.filter(run_id=run_id).exists()


@pytest.mark.usefixtures("now")
class TestEstimate:
    def test_counts_what_the_gate_would_do_and_keeps_nothing(self, north: Any) -> None:
        good, silent, control = reachable(north), make_customer(branch=north), reachable(north)
        order = make_order(branch=north, people=[good, silent, 4_000_000_000], control=[control])
        found = actions.estimate_order(order=order, now=NOW)
        assert found.audience == 4 and found.messages == {("sms", "sms-a"): 1}
        assert dict(found.reasons) == {"no_consent": 1, "unknown_customer": 1, "control": 1}
        assert not Run.objects.exists() and not Recipient.objects.exists()
