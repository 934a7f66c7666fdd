"""A retailer's year of coupons claimed again: who was right then is right now, and who is made wrong is refused.

Data: The Complete Journey (84.51°): 27 campaigns, 6,589 targeted pairs, 2,102 redemptions.
"""

from collections import Counter
from typing import Any

import pytest

from huiqun.benefits.models import Benefit, Claim
from huiqun.config.commands.replaying import ACCEPTED, Past, play, read_past, refusable, take_over
from huiqun.foundation.models import Fact
from tests.shared import shared_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def taken_over(by: Any, *, once: bool) -> Past:
    past = read_past(shared_file("data/complete_journey/coupon_redemptions.parquet").parent)
    take_over(past, by=by, once=once)
    return past


def test_what_was_redeemed_is_accepted_and_what_is_wrong_is_refused_for_its_reason(
    head_marketer: Any, now: Any
) -> None:
    past = taken_over(head_marketer, once=False)
    reasons = {name: play(past, lines) for name, lines in refusable(past).items()}
    assert reasons == {
        "after the end": Counter({"benefits.not_open": 2_102}),
        "by households that were not targeted": Counter({"campaigns.not_invited": 2_102}),
        "with another campaign's coupon": Counter({"benefits.not_found": 2_102}),
    }
    assert not Claim.objects.exists()
    assert play(past, past.redemptions) == Counter({ACCEPTED: 2_102})
    assert Claim.objects.count() == 2_102 == Fact.objects.filter(kind="benefits.BenefitClaimed").count()
    assert sum(Benefit.objects.values_list("claimed", flat=True)) == 2_102
    targeted = sum(len(people) for people in past.targeted.values())
    redeemed = Claim.objects.values("customer_id", "benefit__subject").distinct().count()
    assert (targeted, redeemed, f"{redeemed / targeted:.2%}") == (6_589, 792, "12.02%")


def test_repeats_are_refused_where_a_customer_may_use_a_coupon_once(head_marketer: Any, now: Any) -> None:
    past = taken_over(head_marketer, once=True)
    assert play(past, past.redemptions) == Counter({ACCEPTED: 2_075, "benefits.limit_reached": 27})
