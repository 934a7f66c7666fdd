"""Points earned by dated rules from what the bank delivers: golden sums, late rows, caps, two runs, a kill."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from huiqun.benefits import actions
from huiqun.benefits.actions import earning
from huiqun.benefits.models import EarningDay, EarningRule, PointsMovement
from huiqun.benefits.queries.points_verify import prove_ledger
from huiqun.benefits.rules.earning import EarningKind
from huiqun.benefits.rules.points_refusals import (
    RuleBackdated,
    RuleCodesMissing,
    RuleFrozen,
    RuleNotFound,
    RuleNumberWrong,
    RuleOwn,
    RulePeriodWrong,
    RuleStateWrong,
)
from huiqun.foundation.models import Fact
from tests.benefits.test_points import lots_of
from tests.makers.audiences import event, make_lake, profile
from tests.makers.audiences import transaction as spent
from tests.makers.benefits import earning_terms, make_earning_rule
from tests.makers.customers import make_customer

YESTERDAY = date(2026, 11, 19)


def earn(now: datetime, **over: Any) -> int:
    return actions.earn_points(clock=lambda: now, **over)


def earned_by(customer: Any) -> int:
    return (
        PointsMovement.objects.filter(customer=customer, kind="earn").aggregate(sum=Sum("points"))["sum"] or 0
    )


@pytest.mark.django_db
class TestEarning:
    def test_a_days_spending_earns_rounded_down(self, north: Any, now: datetime) -> None:
        one, two, three = (make_customer(branch=north) for _ in range(3))
        make_earning_rule(branch=north)
        make_lake(
            profiles=[profile(each.pk, north) for each in (one, two, three)],
            transactions=[
                spent("t1", one.pk, "spend", amount_fen=25_500),
                spent("t2", one.pk, "spend", amount_fen=4_600),
                spent("t3", two.pk, "spend", amount_fen=999),
                spent("t4", three.pk, "salary", amount_fen=900_000),
                spent("t5", three.pk, "spend", amount_fen=1_000, days_ago=0),
            ],
        )
        assert earn(now) == 30
        assert [earned_by(each) for each in (one, two, three)] == [30, 0, 0]
        assert lots_of(one) == {date(2027, 11, 30): 30}
        movement = PointsMovement.objects.get()
        assert (movement.for_day, movement.source) == (
            YESTERDAY,
            f"earn:{movement.rule_id}:2026-11-19:{one.pk}:30",
        )
        body = Fact.objects.get(kind="benefits.PointsEarned").body
        assert (body["day"], body["customers"], body["points"]) == ("2026-11-19", 1, 30)
        assert prove_ledger(now=now).is_whole

    def test_running_again_gives_nothing_and_late_rows_the_difference(
        self, north: Any, now: datetime
    ) -> None:
        one, two = make_customer(branch=north), make_customer(branch=north)
        make_earning_rule(branch=north)
        rows = [spent("t1", one.pk, "spend", amount_fen=20_000, days_ago=3)]
        people = [profile(each.pk, north) for each in (one, two)]
        make_lake(profiles=people, transactions=rows)
        assert (earn(now), earn(now)) == (20, 0)
        late = [
            spent("t2", one.pk, "spend", amount_fen=5_000, days_ago=3),
            spent("t3", two.pk, "spend", amount_fen=7_000, days_ago=10),
        ]
        make_lake(profiles=people, transactions=rows + late)
        assert (earn(now), earn(now)) == (12, 0)
        assert (earned_by(one), earned_by(two)) == (25, 7)
        # What the systems take back later is not taken back from people by itself.
        make_lake(profiles=people, transactions=late)
        assert (earn(now), earned_by(one)) == (0, 25)
        assert prove_ledger(now=now).is_whole

    def test_caps_hold_for_days_and_months_however_late(self, north: Any, now: datetime) -> None:
        one = make_customer(branch=north)
        make_earning_rule(branch=north, cap_day=50, cap_month=120)
        people = [profile(one.pk, north)]
        rows = [spent(f"t{ago}", one.pk, "spend", amount_fen=90_000, days_ago=ago) for ago in (1, 2)]
        make_lake(profiles=people, transactions=rows)
        assert earn(now) == 100
        rows += [spent("t9", one.pk, "spend", amount_fen=90_000, days_ago=9)]
        make_lake(profiles=people, transactions=rows)
        assert (earn(now), earn(now), earned_by(one)) == (20, 0, 120)

    @pytest.mark.parametrize(
        ("bonus", "expected"),
        [
            ({"bonus_weekdays": (4,)}, 200),  # the 19th of November 2026 is a Thursday
            ({"bonus_weekdays": (5,)}, 100),
            ({"bonus_month_days": (9, 19, 29)}, 200),
            ({"bonus_weekdays": (4,), "bonus_codes": ("dining",)}, 140),
            ({"bonus_codes": ("dining",)}, 140),
            ({"bonus_weekdays": (5,), "bonus_codes": ("dining",)}, 100),
        ],
    )
    def test_double_points_on_days_and_at_shop_kinds(
        self, bonus: Any, expected: int, north: Any, now: datetime
    ) -> None:
        one = make_customer(branch=north)
        make_earning_rule(branch=north, codes=("spend", "dining"), bonus_percent=200, **bonus)
        make_lake(
            profiles=[profile(one.pk, north)],
            transactions=[
                spent("t1", one.pk, "spend", amount_fen=60_000),
                spent("t2", one.pk, "dining", amount_fen=40_000),
            ],
        )
        assert earn(now) == expected

    def test_holdings_and_activity_earn_too(self, north: Any, now: datetime) -> None:
        one = make_customer(branch=north)
        make_earning_rule(branch=north, kind=EarningKind.DEPOSITS, codes=("deposit",), per=1_000_000)
        make_earning_rule(
            branch=north, kind=EarningKind.WEALTH, codes=("wealth", "fund"), points=3, per=1_000_000
        )
        make_earning_rule(
            branch=north, kind=EarningKind.ACTIVITY, codes=("login",), points=5, per=1, cap_day=10
        )
        held = {"customer_id": one.pk, "dt": YESTERDAY, "product_code": "P"}
        make_lake(
            profiles=[profile(one.pk, north)],
            holdings=[
                held | {"product_kind": "deposit", "amount_fen": 5_500_000},
                held | {"product_kind": "wealth", "amount_fen": 2_000_000},
                held | {"product_kind": "fund", "amount_fen": 500_000},
                held | {"product_kind": "loan", "amount_fen": 90_000_000},
            ],
            app_events=[event(f"e{n}", one.pk, "login") for n in range(3)] + [event("e9", one.pk, "view")],
        )
        assert earn(now) == 5 + 7 + 10

    def test_a_branchs_rule_is_for_its_own_customers(
        self, head_office: Any, north: Any, south: Any, now: datetime
    ) -> None:
        here, there = make_customer(branch=north), make_customer(branch=south)
        make_earning_rule(branch=north)
        make_lake(
            profiles=[profile(here.pk, north), profile(there.pk, south)],
            transactions=[
                spent(f"t{each.pk}", each.pk, "spend", amount_fen=10_000) for each in (here, there)
            ],
        )
        assert (earn(now), earned_by(here), earned_by(there)) == (10, 10, 0)
        make_earning_rule(branch=head_office)
        assert (earn(now), earned_by(there)) == (20, 10)

    def test_no_amount_overflows(self, north: Any, now: datetime) -> None:
        rich, owing = make_customer(branch=north), make_customer(branch=north)
        make_earning_rule(branch=north, points=100_000, per=1, bonus_percent=10_000, cap_day=10**9)
        make_lake(
            profiles=[profile(rich.pk, north), profile(owing.pk, north)],
            transactions=[
                *(spent(f"t{n}", rich.pk, "spend", amount_fen=2**62) for n in range(3)),
                spent("t9", owing.pk, "spend", amount_fen=-(2**62)),
            ],
        )
        assert (earn(now), earned_by(rich), earned_by(owing)) == (10**9, 10**9, 0)

    def test_only_rules_in_force_and_days_within_them(self, north: Any, marketer: Any, now: datetime) -> None:
        one = make_customer(branch=north)
        make_earning_rule(branch=north, in_force=False)
        rule = make_earning_rule(branch=north, first_date=date(2026, 11, 18))
        rows = [
            spent(f"t{ago}", one.pk, "spend", amount_fen=10_000, days_ago=ago) for ago in (0, 1, 2, 3, 30)
        ]
        make_lake(profiles=[profile(one.pk, north)], transactions=rows)
        assert earn(now) == 20
        actions.end_earning_rule(rule_id=rule.pk, by=marketer, now=now)
        tomorrow = now + timedelta(days=1)
        assert earn(tomorrow) == 0, "today is beyond the last day"


@pytest.mark.django_db(transaction=True)
class TestNothingTwice:
    def people(self, north: Any, count: int) -> list[int]:
        ids = [make_customer(branch=north).pk for _ in range(count)]
        make_lake(
            profiles=[profile(each, north) for each in ids],
            transactions=[spent(f"t{each}", each, "spend", amount_fen=10_000) for each in ids],
        )
        return ids

    def test_two_runs_at_once_give_once(self, north: Any, now: datetime) -> None:
        make_earning_rule(branch=north)
        self.people(north, 60)

        def run(_place: int) -> int:
            try:
                return earn(now, batch=7)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            given = sum(pool.map(run, range(4)))
        assert given == 600
        assert PointsMovement.objects.count() == 60
        assert EarningDay.objects.get().points == 600
        assert prove_ledger(now=now).is_whole

    def test_a_run_that_died_in_the_middle_goes_on(
        self, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_earning_rule(branch=north)
        self.people(north, 30)
        original, calls = earning.post_given, []

        def dies(**arguments: Any) -> Any:
            calls.append(1)
            posted = original(**arguments)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return posted

        monkeypatch.setattr(earning, "post_given", dies)
        with pytest.raises(KeyboardInterrupt):
            earn(now, batch=7)
        assert PointsMovement.objects.count() == 14, "two batches stand, the third went with its transaction"
        assert prove_ledger(now=now).is_whole
        monkeypatch.undo()
        assert earn(now, batch=7) == 160
        assert EarningDay.objects.get().points == 300
        assert (PointsMovement.objects.count(), prove_ledger(now=now).is_whole) == (30, True)

    @pytest.mark.slow
    def test_a_process_that_was_killed_is_made_up_for(self, north: Any, now: datetime) -> None:
        """kill -9 of a real process between its batches, which are slowed down so that it is met in the middle."""
        make_earning_rule(branch=north)
        self.people(north, 40)
        program = (
            "import sys, time, django; django.setup()\n"
            "from datetime import datetime; from huiqun.benefits.actions import earning\n"
            "post = earning.post_given\n"
            "def slowly(**arguments): time.sleep(0.1); return post(**arguments)\n"
            "earning.post_given = slowly\n"
            "at = datetime.fromisoformat(sys.argv[1])\n"
            "earning.earn_points(clock=lambda: at, batch=2)\n"
        )
        parts = connection.settings_dict
        url = os.environ["DATABASE_URL"].replace("/huiqun?", f"/{parts['NAME']}?")
        from django.conf import settings

        environment = {**os.environ, "DATABASE_URL": url, "HUIQUN_LAKE": settings.HUIQUN_LAKE}
        process = subprocess.Popen([sys.executable, "-c", program, now.isoformat()], env=environment)
        until = time.monotonic() + 60
        while PointsMovement.objects.count() < 6 and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        booked = PointsMovement.objects.count()
        assert 6 <= booked < 40
        assert prove_ledger(now=now).is_whole
        assert earn(now) == (40 - booked) * 10
        assert (PointsMovement.objects.count(), prove_ledger(now=now).is_whole) == (40, True)


@pytest.mark.django_db
class TestRules:
    def write(self, by: Any, now: datetime, **over: Any) -> int:
        return actions.write_earning_rule(terms=earning_terms(**over), branch_id=by.branch_id, by=by, now=now)

    def test_one_writes_and_another_puts_in_force(
        self, marketer: Any, business_reviewer: Any, now: datetime
    ) -> None:
        rule_id = self.write(marketer, now)
        actions.write_earning_rule(
            terms=earning_terms(points=2), branch_id=marketer.branch_id, by=marketer, now=now, rule_id=rule_id
        )
        actions.submit_earning_rule(rule_id=rule_id, by=marketer, now=now)
        rule = EarningRule.objects.get()
        with pytest.raises(RuleFrozen):
            actions.write_earning_rule(
                terms=earning_terms(), branch_id=marketer.branch_id, by=marketer, now=now, rule_id=rule_id
            )
        with pytest.raises(RuleOwn):
            actions.approve_earning_rule(
                rule_id=rule_id, digest_seen=rule.frozen_digest, by=marketer, now=now
            )
        with pytest.raises(RuleStateWrong):
            actions.approve_earning_rule(rule_id=rule_id, digest_seen="x", by=business_reviewer, now=now)
        actions.approve_earning_rule(
            rule_id=rule_id, digest_seen=rule.frozen_digest, by=business_reviewer, now=now
        )
        rule.refresh_from_db()
        assert (rule.state, rule.points, rule.approver) == ("in_force", 2, business_reviewer)
        assert [fact.kind.split(".")[1] for fact in Fact.objects.order_by("id")] == [
            "EarningRuleWritten", "EarningRuleWritten", "EarningRuleSubmitted", "EarningRuleApproved",
        ]  # fmt: skip

    def test_what_was_sent_back_may_be_changed(
        self, marketer: Any, business_reviewer: Any, now: datetime
    ) -> None:
        rule_id = self.write(marketer, now)
        actions.submit_earning_rule(rule_id=rule_id, by=marketer, now=now)
        actions.send_back_earning_rule(rule_id=rule_id, reason="上限过高", by=business_reviewer, now=now)
        actions.write_earning_rule(
            terms=earning_terms(cap_day=100),
            branch_id=marketer.branch_id,
            by=marketer,
            now=now,
            rule_id=rule_id,
        )
        assert EarningRule.objects.get().cap_day == 100

    @pytest.mark.parametrize(
        ("over", "refusal"),
        [
            ({"first_date": date(2026, 10, 15)}, RuleBackdated),
            ({"last_date": date(2026, 10, 31)}, RulePeriodWrong),
            ({"codes": ()}, RuleCodesMissing),
            ({"codes": ("spend'; DROP TABLE x",)}, RuleCodesMissing),
            ({"points": 0}, RuleNumberWrong),
            ({"points": -5}, RuleNumberWrong),
            ({"per": 0}, RuleNumberWrong),
            ({"cap_day": 10**9 + 1}, RuleNumberWrong),
            ({"cap_month": 100}, RuleNumberWrong),
            ({"bonus_percent": 50}, RuleNumberWrong),
            ({"bonus_weekdays": (8,)}, RuleNumberWrong),
            ({"bonus_month_days": (32,)}, RuleNumberWrong),
            ({"keeps_months": 0}, RuleNumberWrong),
        ],
    )
    def test_refuses_what_makes_no_sense(self, over: Any, refusal: Any, marketer: Any, now: datetime) -> None:
        with pytest.raises(refusal):
            self.write(marketer, now, **over)
        assert not EarningRule.objects.exists()

    def test_a_backdated_rule_catches_up_on_the_days_that_are_awaited(
        self, north: Any, now: datetime
    ) -> None:
        one = make_customer(branch=north)
        make_earning_rule(branch=north, first_date=date(2026, 10, 16))
        rows = [spent(f"t{ago}", one.pk, "spend", amount_fen=10_000, days_ago=ago) for ago in (34, 35, 36)]
        make_lake(profiles=[profile(one.pk, north)], transactions=rows)
        assert earn(now) == 20

    def test_rules_of_other_branches_are_not_there(self, marketer: Any, stranger: Any, now: datetime) -> None:
        rule_id = self.write(marketer, now)
        with pytest.raises(RuleNotFound), transaction.atomic():
            actions.submit_earning_rule(rule_id=rule_id, by=stranger, now=now)
        with pytest.raises(RuleNotFound), transaction.atomic():
            actions.write_earning_rule(
                terms=earning_terms(), branch_id=marketer.branch_id, by=stranger, now=now
            )
