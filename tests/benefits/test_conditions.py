"""What has to be reached for a benefit: asked in the claim, shown with what is missing, worked out at night, told once."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from huiqun.audiences import queries as audiences
from huiqun.benefits import actions
from huiqun.benefits.actions import conditions
from huiqun.benefits.models import Claim, NearTier
from huiqun.benefits.queries.conditions import tiers_of
from huiqun.benefits.rules import BenefitKind, TermsFrozen, Way
from huiqun.benefits.rules.bundles import Asked, asked_by
from huiqun.benefits.rules.play_refusals import ConditionsNotMet, ConditionsWrong, Unlawful
from huiqun.foundation.models import Fact
from tests.makers.audiences import TODAY, event, make_lake, profile
from tests.makers.benefits import make_benefit
from tests.makers.customers import make_customer
from tests.makers.plays import NOW, make_author

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TIERS = (100_000, 500_000)


def rich(yuan: int) -> dict[str, Any]:
    return {"all": [{"field": "aum.now", "op": "gte", "value": yuan}]}


def make_tier(branch: Any, yuan: int = 100_000, **over: Any) -> Any:
    values = {
        "way": Way.GRANT,
        "kind": BenefitKind.SERVICE,
        "name": f"贵宾厅 {yuan}",
        "conditions": rich(yuan),
    }
    return make_benefit(branch=branch, **(values | over))


def people_with(branch: Any, *yuan: int) -> list[Any]:
    people = [make_customer(branch=branch) for _ in yuan]
    make_lake(
        profiles=[profile(each.pk, branch) for each in people],
        aum=[
            {"dt": TODAY - DAY, "customer_id": each.pk, "aum_fen": amount * 100}
            for each, amount in zip(people, yuan, strict=True)
        ],
    )
    return people


class TestClaiming:
    def test_who_has_reached_it_may_claim(self, north: Any) -> None:
        reached, _other = people_with(north, 100_000, 99_999)
        benefit = make_tier(north, way=Way.CLAIM)
        assert actions.claim_benefit(benefit_id=benefit.pk, customer_id=reached.pk, now=NOW).is_new

    def test_others_are_told_what_is_missing(self, north: Any) -> None:
        (near,) = people_with(north, 90_000)
        benefit = make_tier(north, way=Way.CLAIM)
        with pytest.raises(ConditionsNotMet) as refusal:
            actions.claim_benefit(benefit_id=benefit.pk, customer_id=near.pk, now=NOW)
        assert "10,000" in str(refusal.value)
        benefit.refresh_from_db()
        assert (benefit.claimed, Claim.objects.count()) == (0, 0)

    def test_whom_the_lake_does_not_know_has_not_reached_it(self, north: Any) -> None:
        people_with(north, 1)
        benefit = make_tier(north, way=Way.CLAIM)
        with pytest.raises(ConditionsNotMet):
            actions.claim_benefit(benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=NOW)

    def test_without_conditions_nothing_is_asked(self, north: Any) -> None:
        benefit = make_benefit(branch=north)
        assert actions.claim_benefit(
            benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=NOW
        ).is_new


class TestProgress:
    def test_says_how_much_more_it_takes(self, north: Any) -> None:
        (customer,) = people_with(north, 90_000)
        found = audiences.progress(rule=rich(100_000), customer_id=customer.pk, today=TODAY)
        leaf = found.leaves[0]
        assert (found.known, found.met, leaf.met) == (True, False, False)
        assert (leaf.missing, leaf.target, leaf.value) == (1_000_000, 10_000_000, 9_000_000)
        assert leaf.share == pytest.approx(0.9)

    @pytest.mark.parametrize(
        ("op", "value", "met", "missing"),
        [("gte", 90_000, True, None), ("gt", 90_000, False, 1), ("lte", 80_000, False, None)],
    )
    def test_knows_the_edge(self, op: str, value: int, met: bool, missing: int | None, north: Any) -> None:
        (customer,) = people_with(north, 90_000)
        rule = {"field": "aum.now", "op": op, "value": value}
        found = audiences.progress(rule=rule, customer_id=customer.pk, today=TODAY)
        leaf = found.leaves[0]
        assert (found.met, leaf.met) == (met, met)
        if missing is not None:
            assert leaf.missing == missing
        elif not met:
            assert leaf.share is None

    def test_what_must_not_be_is_no_way_to_go(self, north: Any) -> None:
        (customer,) = people_with(north, 90_000)
        rule = {"all": [rich(100_000), {"not": {"field": "aum.now", "op": "gte", "value": 50_000}}]}
        found = audiences.progress(rule=rule, customer_id=customer.pk, today=TODAY)
        assert (found.met, len(found.leaves)) == (False, 1)

    def test_counts_towards_a_number(self, north: Any) -> None:
        (customer,) = people_with(north, 1)
        make_lake(
            profiles=[profile(customer.pk, north)],
            transactions=[
                event(f"t{n}", customer.pk, "spend", amount_fen=100, source="delivered") for n in range(3)
            ],
        )
        rule = {
            "field": "transactions.count",
            "with": {"days": 30, "kind": ["spend"]},
            "op": "gte",
            "value": 5,
        }
        leaf = audiences.progress(rule=rule, customer_id=customer.pk, today=TODAY).leaves[0]
        assert (int(leaf.value), int(leaf.missing)) == (3, 2)

    def test_tiers_come_in_their_order_with_their_bars(self, north: Any, south: Any) -> None:
        (customer,) = people_with(north, 150_000)
        for place, yuan in enumerate(TIERS):
            make_tier(north, yuan, subject="campaign:1", frozen=True).__class__.objects.filter(
                subject="campaign:1", place=0, conditions=rich(yuan)
            ).update(place=place + 1)
        make_tier(south)
        tiers = tiers_of(customer_id=customer.pk, now=NOW)
        assert [(each.met, each.percent) for each in tiers] == [(True, 100), (False, 30)]
        assert "350,000" in tiers[1].steps[0].missing

    def test_assets_must_have_been_held_all_the_time(self, north: Any) -> None:
        """At or above the amount at every delivery of the last 30 days and at the one before."""
        kept, dipped, new, before = (make_customer(branch=north) for _ in range(4))

        def held(customer: Any, day: date, yuan: int) -> dict[str, Any]:
            return {"dt": day, "customer_id": customer.pk, "aum_fen": yuan * 100}

        first, middle, last = TODAY - 40 * DAY, TODAY - 20 * DAY, TODAY - DAY
        make_lake(
            profiles=[profile(each.pk, north) for each in (kept, dipped, new, before)],
            aum=[
                *(held(kept, day, 120_000) for day in (first, middle, last)),
                *(
                    held(dipped, day, amount)
                    for day, amount in ((first, 120_000), (middle, 9), (last, 120_000))
                ),
                *(held(new, day, 120_000) for day in (middle, last)),
                *(held(before, day, 120_000) for day in (first, middle)),
                held(before, last, 99_999),
            ],
        )
        rule = {"field": "aum.lowest", "with": {"days": 30}, "op": "gte", "value": 100_000}
        assert set(audiences.chosen_ids(rule=rule, branch_ids=None, today=TODAY)) == {kept.pk}
        found = audiences.progress(rule=rule, customer_id=kept.pk, today=TODAY)
        assert found.met and not audiences.progress(rule=rule, customer_id=new.pk, today=TODAY).met


class TestNight:
    def test_gives_to_who_has_reached_it_and_tells_who_is_near(self, north: Any) -> None:
        reached, near, far = people_with(north, 100_000, 80_000, 79_999)
        benefit = make_tier(north, subject="campaign:1")
        for _ in range(2):
            conditions.run_conditions(now=NOW)
        claim = Claim.objects.get()
        assert (claim.customer_id, claim.because, claim.state) == (reached.pk, "condition", "granted")
        fact = Fact.objects.get(kind="benefits.TierNear")
        assert fact.body == {
            "benefit_id": benefit.pk,
            "customer_id": near.pk,
            "offered_by": "campaign:1",
            "share": 80,
        }
        assert NearTier.objects.get().customer_id == near.pk != far.pk
        runs = Fact.objects.filter(kind="benefits.ConditionsRun").order_by("id")
        assert [(each.body["met"], each.body["granted"], each.body["near"]) for each in runs] == [
            (1, 1, 1),
            (1, 0, 0),
        ]

    def test_a_claim_is_left_to_the_customer(self, north: Any) -> None:
        people_with(north, 100_000, 90_000)
        make_tier(north, way=Way.CLAIM)
        conditions.run_conditions(now=NOW)
        assert not Claim.objects.exists()
        assert NearTier.objects.count() == 1

    def test_gives_no_more_than_there_is_and_goes_on_the_next_night(self, north: Any) -> None:
        people_with(north, *[100_000] * 5)
        benefit = make_tier(north, quantity=3)
        conditions.run_conditions(now=NOW)
        assert Claim.objects.count() == 3
        type(benefit).objects.filter(pk=benefit.pk).update(quantity=5)
        conditions.run_conditions(now=NOW)
        assert Claim.objects.count() == 5

    def test_broken_off_it_goes_on_where_it_was(self, north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        people_with(north, *[100_000] * 4)
        make_tier(north)
        granted = conditions.grant_benefit
        calls = iter(range(99))

        def dies(**given: Any) -> Any:
            if next(calls) == 2:
                raise RuntimeError("killed")
            return granted(**given)

        monkeypatch.setattr(conditions, "grant_benefit", dies)
        with pytest.raises(RuntimeError):
            conditions.run_conditions(now=NOW)
        assert Claim.objects.count() == 2
        conditions.run_conditions(now=NOW)
        assert Claim.objects.count() == 4

    def test_keeps_to_the_branch_and_to_what_is_open(self, north: Any, south: Any) -> None:
        people_with(south, 100_000)
        make_tier(north)
        make_tier(south, frozen=False)
        make_tier(south, claim_end_at=NOW)
        conditions.run_conditions(now=NOW)
        assert not Claim.objects.exists()

    def test_near_is_at_least_as_near_as_it_says(self, north: Any) -> None:
        below, at = people_with(north, 79_999, 80_000)
        found = audiences.nearly_ids(rule=rich(100_000), share=Fraction(4, 5), branch_ids=None, today=TODAY)
        assert set(found) == {at.pk} and below.pk not in found


class TestLaw:
    @pytest.mark.parametrize(
        ("rule", "asked"),
        [
            (rich(1), Asked(deposit=True, products=())),
            (
                {"field": "holdings.amount", "with": {"product_kind": ["wealth"]}, "op": "gt", "value": 1},
                Asked(deposit=False, products=("wealth",)),
            ),
            (
                {
                    "all": [
                        {
                            "field": "holdings.amount",
                            "with": {"product_kind": ["deposit"]},
                            "op": "gt",
                            "value": 1,
                        },
                        {
                            "any": [
                                {
                                    "field": "holdings.products",
                                    "with": {"product_kind": "fund"},
                                    "op": "gt",
                                    "value": 0,
                                }
                            ]
                        },
                    ]
                },
                Asked(deposit=True, products=("fund",)),
            ),
            ({"not": rich(1)}, Asked(deposit=False, products=())),
            (
                {
                    "field": "transactions.count",
                    "with": {"days": 30, "kind": ["spend"]},
                    "op": "gt",
                    "value": 1,
                },
                Asked(deposit=False, products=()),
            ),
            (
                {
                    "field": "transactions.count",
                    "with": {"days": 9, "kind": ["deposit_in"]},
                    "op": "gt",
                    "value": 1,
                },
                Asked(deposit=True, products=()),
            ),
        ],
    )
    def test_reads_what_is_asked_of_customers(self, rule: Any, asked: Asked) -> None:
        assert asked_by(rule) == asked

    @pytest.mark.parametrize(
        ("kind", "product", "law"),
        [
            (BenefitKind.VOUCHER, "deposit", "商业银行法"),
            (BenefitKind.VOUCHER, "wealth", "理财公司理财产品销售管理暂行办法"),
            (BenefitKind.CASH_COUPON, "insurance", "保险法"),
        ],
    )
    def test_a_bundle_that_gives_for_buying_is_refused(
        self, kind: BenefitKind, product: str, law: str, north: Any
    ) -> None:
        """存款、理财、信用卡捆绑赠礼: no, with the article."""
        rule = {
            "all": [
                {"field": "holdings.amount", "with": {"product_kind": [each]}, "op": "gt", "value": 0}
                for each in (product, "credit_card")
            ]
        }
        benefit = make_benefit(branch=north, kind=kind, frozen=False)
        with pytest.raises(Unlawful) as refusal:
            conditions.set_conditions(benefit_id=benefit.pk, rule=rule, by=make_author(north), now=NOW)
        assert any(law in str(each) for each in refusal.value.citations)
        benefit.refresh_from_db()
        assert benefit.conditions == {}

    @pytest.mark.parametrize(
        ("kind", "rule"),
        [
            (BenefitKind.SERVICE, rich(500_000)),
            (
                BenefitKind.VOUCHER,
                {
                    "field": "holdings.amount",
                    "with": {"product_kind": ["credit_card"]},
                    "op": "gt",
                    "value": 0,
                },
            ),
            (
                BenefitKind.VOUCHER,
                {
                    "field": "transactions.count",
                    "with": {"days": 30, "kind": ["spend"]},
                    "op": "gte",
                    "value": 3,
                },
            ),
        ],
    )
    def test_services_cards_and_spending_are_allowed(self, kind: BenefitKind, rule: Any, north: Any) -> None:
        told = "每位客户限领一张。条件：资产达到50万元，或持有本行信用卡，或近30天消费满3笔。"
        benefit = make_benefit(branch=north, kind=kind, frozen=False, terms=told)
        by = make_author(north)
        conditions.set_conditions(benefit_id=benefit.pk, rule=rule, by=by, now=NOW)
        actions.freeze_benefit(benefit_id=benefit.pk, by=by, now=NOW)
        benefit.refresh_from_db()
        assert benefit.conditions == rule and benefit.is_frozen

    def test_unlawful_conditions_are_not_frozen_whatever_way_they_came_in(self, north: Any) -> None:
        benefit = make_benefit(branch=north, frozen=False, conditions=rich(1))
        with pytest.raises(Unlawful):
            actions.freeze_benefit(benefit_id=benefit.pk, by=make_author(north), now=NOW)
        benefit.refresh_from_db()
        assert not benefit.is_frozen

    def test_refuses_what_cannot_be_read_and_what_is_frozen(self, north: Any) -> None:
        benefit, by = make_benefit(branch=north, frozen=False), make_author(north)
        with pytest.raises(ConditionsWrong):
            conditions.set_conditions(benefit_id=benefit.pk, rule={"field": "x"}, by=by, now=NOW)
        frozen = make_benefit(branch=north, kind=BenefitKind.SERVICE)
        with pytest.raises(TermsFrozen):
            conditions.set_conditions(benefit_id=frozen.pk, rule=rich(1), by=by, now=NOW)
