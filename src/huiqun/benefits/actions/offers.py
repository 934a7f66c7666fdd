"""Offering: planned with a campaign, frozen when it is submitted."""

from datetime import datetime
from typing import cast

from django.db import transaction

from huiqun.benefits.actions.partners import require_partner
from huiqun.benefits.actions.plays import require_lawful_conditions
from huiqun.benefits.events import (
    BenefitCreated,
    BenefitFrozen,
    BenefitRemoved,
    BenefitThawed,
    BenefitUpdated,
)
from huiqun.benefits.models import Benefit
from huiqun.benefits.queries.linting import remark_words
from huiqun.benefits.rules import (
    BenefitNotFound,
    BenefitTerms,
    SubjectTaken,
    TermsClaimed,
    TermsFrozen,
    check_offer,
)
from huiqun.benefits.rules.lint import hidden
from huiqun.benefits.rules.refusals_stock import CodesBroughtIn, ThresholdHidden
from huiqun.compliance import actions as compliance
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date


@transaction.atomic
def create_benefit(
    *, terms: BenefitTerms, branch_id: int, by: Staff, now: datetime, subject: str = "", place: int = 0
) -> int:
    """Make an offer, open to changes until it is frozen; its id.

    :raises OfferIncomplete, QuantityTooSmall, PeriodWrong, SubjectTaken
    """
    check_offer(terms)
    require_partner(terms, branch_id=branch_id)
    if subject and Benefit.objects.filter(subject=subject, place=place).exists():
        raise SubjectTaken()
    benefit = Benefit(branch_id=branch_id, subject=subject, place=place, created_at=now, updated_at=now)
    benefit.take(terms)
    benefit.save()
    event = BenefitCreated(
        benefit_id=benefit.pk,
        offered_by=subject,
        quantity=terms.quantity,
        terms_digest=digest(terms.for_dossier()),
    )
    facts.record(event, at=now, by=by, branch_id=branch_id)
    return benefit.pk


@transaction.atomic
def update_benefit(*, benefit_id: int, terms: BenefitTerms, by: Staff, now: datetime) -> None:
    """Change an offer that is not frozen. :raises BenefitNotFound, TermsFrozen, OfferIncomplete, …"""
    benefit = _locked(benefit_id)
    check_offer(terms)
    if benefit.is_frozen:
        raise TermsFrozen()
    require_partner(terms, branch_id=benefit.branch_id)
    before, after = benefit.as_terms.for_dossier(), terms.for_dossier()
    changed = tuple(sorted(name for name in after if after[name] != before[name]))
    if not changed:
        return
    if not benefit.subject:
        compliance.void_approval(subject=benefit.own_subject, reason="offer", by=by, now=now)
    benefit.take(terms)
    benefit.updated_at = now
    benefit.save()
    event = BenefitUpdated(
        benefit_id=benefit_id, changed=changed, quantity=terms.quantity, terms_digest=digest(after)
    )
    facts.record(event, at=now, by=by, branch_id=benefit.branch_id)


@transaction.atomic
def remove_benefit(*, benefit_id: int, by: Staff, now: datetime) -> None:
    """Take away an offer that nobody has reviewed or claimed, with its codes that nobody has.

    :raises BenefitNotFound, TermsFrozen, TermsClaimed, CodesBroughtIn
    """
    benefit = _locked(benefit_id)
    if benefit.is_frozen:
        raise TermsFrozen()
    if benefit.claimed or benefit.claims.exists():
        raise TermsClaimed()
    if benefit.codes_in_pool.exists():
        raise CodesBroughtIn()
    if not benefit.subject:
        compliance.void_approval(subject=benefit.own_subject, reason="offer", by=by, now=now)
    benefit.imports.all().delete()
    branch_id, offered_by = benefit.branch_id, benefit.subject
    benefit.delete()
    event = BenefitRemoved(benefit_id=benefit_id, offered_by=offered_by)
    facts.record(event, at=now, by=by, branch_id=branch_id)


@transaction.atomic
def freeze_benefit(*, benefit_id: int, by: Staff | None, now: datetime) -> str:
    """Fix the terms as its campaign is submitted; their digest. Repeating it changes nothing.

    :raises BenefitNotFound, ThresholdHidden when the rules ask for what the terms do not tell
    """
    benefit = _locked(benefit_id)
    if benefit.is_frozen:
        return benefit.frozen_digest
    check_offer(benefit.as_terms)
    require_partner(benefit.as_terms, branch_id=benefit.branch_id)
    require_lawful_conditions(benefit.as_terms, on=local_date(now))
    if untold := hidden(benefit.as_terms):
        raise ThresholdHidden(what=" ".join(remark_words(each) for each in untold))
    benefit.frozen_digest, benefit.frozen_at = digest(benefit.as_terms.for_dossier()), now
    benefit.save(update_fields=("frozen_digest", "frozen_at"))
    event = BenefitFrozen(benefit_id=benefit_id, terms_digest=benefit.frozen_digest)
    facts.record(event, at=now, by=by, branch_id=benefit.branch_id)
    return benefit.frozen_digest


@transaction.atomic
def thaw_benefit(*, benefit_id: int, by: Staff | None, now: datetime) -> None:
    """Open the terms again after the campaign came back from review. :raises TermsClaimed once claimed"""
    benefit = _locked(benefit_id)
    if not benefit.is_frozen:
        return
    if benefit.claimed:
        raise TermsClaimed()
    frozen, benefit.frozen_digest, benefit.frozen_at = benefit.frozen_digest, "", None
    benefit.save(update_fields=("frozen_digest", "frozen_at"))
    facts.record(
        BenefitThawed(benefit_id=benefit_id, terms_digest=frozen), at=now, by=by, branch_id=benefit.branch_id
    )


def _locked(benefit_id: int) -> Benefit:
    benefit = Benefit.objects.select_for_update().filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    return cast(Benefit, benefit)


def freeze_benefits(*, subject: str, by: Staff, now: datetime) -> None:
    """Fix all benefits of a subject. :raises what freeze_benefit refuses"""
    for benefit_id in _ids_of(subject):
        freeze_benefit(benefit_id=benefit_id, by=by, now=now)


def thaw_benefits(*, subject: str, by: Staff | None, now: datetime) -> None:
    """Open all benefits of a subject again. :raises TermsClaimed once one of them is claimed"""
    for benefit_id in _ids_of(subject):
        thaw_benefit(benefit_id=benefit_id, by=by, now=now)


def _ids_of(subject: str) -> list[int]:
    """In the order of their numbers: whoever locks several locks them so."""
    rows = Benefit.objects.filter(subject=subject) if subject else Benefit.objects.none()
    return list(rows.order_by("pk").values_list("pk", flat=True))
