"""Conditions of benefits: set while terms are open, asked when somebody claims, worked out for everybody at night."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from pyroaring import BitMap

from huiqun.audiences import queries as audiences
from huiqun.benefits.actions.grants import grant_benefit
from huiqun.benefits.actions.offers import update_benefit
from huiqun.benefits.actions.plays import require_lawful_conditions, require_readable
from huiqun.benefits.events_play import ConditionsRun, TierNear
from huiqun.benefits.models import Benefit, Claim, NearTier
from huiqun.benefits.queries.conditions import words_of
from huiqun.benefits.rules import BenefitNotFound, ClaimRequest, Way
from huiqun.benefits.rules.play_refusals import ConditionsNotMet
from huiqun.compliance.rules.reviews import Stopped
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

NEAR = Fraction(4, 5)
"""From this share of the target on a customer is told, once, that little is missing."""
BECAUSE = "condition"


def set_conditions(*, benefit_id: int, rule: dict[str, Any], by: Staff, now: datetime) -> None:
    """What a customer must have reached; {} for nothing.

    :raises BenefitNotFound, ConditionsWrong, Unlawful, TermsFrozen
    """
    benefit = Benefit.objects.filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    if rule:
        require_readable(rule)
    terms = replace(benefit.as_terms, conditions=rule)
    require_lawful_conditions(terms, on=local_date(now))
    update_benefit(benefit_id=benefit_id, terms=terms, by=by, now=now)


def check_conditions(request: ClaimRequest) -> None:
    """Part of a claim's transaction. :raises ConditionsNotMet with what is missing"""
    if not request.terms.conditions:
        return
    rule, today = request.terms.conditions, local_date(request.now)
    found = audiences.progress(rule=rule, customer_id=request.customer_id, today=today)
    if not found.met:
        missing = [words_of(leaf) for leaf in found.leaves if not leaf.met]
        raise ConditionsNotMet(missing=gettext("; ").join(missing) or gettext("the condition is not met"))


def run_conditions(*, now: datetime) -> int:
    """Every open benefit with conditions, one set at a time: who meets them and is to be given a piece gets it, who is
    near is told of once. How many benefits. Safe to repeat and to break off."""
    due = Benefit.objects.exclude(conditions={}).exclude(frozen_digest="")
    due = due.filter(claim_start_at__lte=now, claim_end_at__gt=now).order_by("subject", "place", "pk")
    for benefit in list(due):
        _run(benefit, now)
    return len(due)


def _run(benefit: Benefit, now: datetime) -> None:
    today, branch_ids = local_date(now), audiences.branches_below(benefit.branch_id)
    rule = benefit.conditions
    met = audiences.chosen_ids(rule=rule, branch_ids=branch_ids, today=today)
    have = BitMap(Claim.objects.filter(benefit=benefit).values_list("customer_id", flat=True).iterator())
    granted = _grant_all(benefit, met - have, now) if benefit.way == Way.GRANT else 0
    near = audiences.nearly_ids(rule=rule, share=NEAR, branch_ids=branch_ids, today=today) - have
    told = BitMap(NearTier.objects.filter(benefit=benefit).values_list("customer_id", flat=True).iterator())
    new = _tell_all(benefit, near - told, now)
    _record(benefit, met=len(met), granted=granted, near=new, now=now)


def _grant_all(benefit: Benefit, ids: BitMap, now: datetime) -> int:
    """Each in a transaction of its own, so that whoever has one keeps it whatever happens to the run."""
    granted = 0
    for customer_id in ids:
        try:
            claimed = grant_benefit(
                benefit_id=benefit.pk, customer_id=customer_id, because=BECAUSE, now=now, open=True
            )
        except (Stopped, BenefitNotFound):
            break
        except Refusal:
            # Sold out, or this person's limit: the next night asks again.
            if not Benefit.objects.get(pk=benefit.pk).left:
                break
            continue
        granted += claimed.is_new
    return granted


def _tell_all(benefit: Benefit, ids: BitMap, now: datetime) -> int:
    return sum(_tell(benefit, customer_id, now) for customer_id in ids)


@transaction.atomic
def _tell(benefit: Benefit, customer_id: int, now: datetime) -> bool:
    _row, is_new = NearTier.objects.get_or_create(
        benefit=benefit, customer_id=customer_id, defaults={"told_at": now}
    )
    if is_new:
        event = TierNear(
            benefit_id=benefit.pk,
            customer_id=customer_id,
            offered_by=benefit.subject,
            share=int(NEAR * 100),
        )
        facts.record(event, at=now, branch_id=benefit.branch_id)
    return is_new


@transaction.atomic
def _record(benefit: Benefit, *, met: int, granted: int, near: int, now: datetime) -> None:
    event = ConditionsRun(benefit_id=benefit.pk, met=met, granted=granted, near=near)
    facts.record(event, at=now, branch_id=benefit.branch_id)
