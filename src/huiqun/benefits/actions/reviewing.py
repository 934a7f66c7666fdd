"""A benefit that belongs to no campaign is reviewed by itself: business, legal and compliance, as campaigns are."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import override

from huiqun.benefits.actions.offers import freeze_benefit, thaw_benefit
from huiqun.benefits.models import Benefit
from huiqun.benefits.queries.authors import authors_of
from huiqun.benefits.queries.linting import Examined, examine_terms
from huiqun.benefits.queries.plain import plain_terms
from huiqun.benefits.rules import BenefitNotFound, BenefitTerms, check_offer
from huiqun.benefits.rules.refusals_stock import NotAlone, NotLawfulOffer
from huiqun.compliance import actions as compliance
from huiqun.compliance import queries as reviews
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date


@transaction.atomic
def submit_benefit(*, benefit_id: int, by: Staff, now: datetime) -> int:
    """Put the terms before the reviewers as they are; the dossier's id. They are frozen when all have approved.

    :raises BenefitNotFound, NotAlone, NotLawfulOffer, OfferIncomplete, …, and what compliance refuses
    """
    benefit = _locked(benefit_id, by)
    if benefit.subject:
        raise NotAlone()
    terms = benefit.as_terms
    check_offer(terms)
    examined = examine_terms(terms, on=local_date(now))
    if examined.blocking:
        raise NotLawfulOffer(count=examined.blocking)
    return compliance.submit_dossier(
        subject=benefit.own_subject,
        branch_id=benefit.branch_id,
        title=terms.name,
        body=_body(benefit, terms, examined),
        authors=authors_of((benefit_id,)),
        by=by,
        now=now,
    )


def _body(benefit: Benefit, terms: BenefitTerms, examined: Examined) -> dict[str, Any]:
    """What is approved: the terms, and the page as a customer will read it."""
    with override("zh-hans"):
        lines = [f"{label}：{words}" for label, words in plain_terms(terms)]
    return {
        "subject": benefit.own_subject,
        "title": terms.name,
        "period": {"start": terms.claim_start_at.isoformat(), "end": terms.claim_end_at.isoformat()},
        "page": {"title": terms.name, "body": "\n".join(lines)},
        "offer": terms.for_dossier(),
        "budget_fen": terms.quantity * terms.value_fen * terms.bank_share // 10_000,
        "findings": [],
        "untold": [words for _, words in examined.remarks],
    }


@transaction.atomic
def follow_review(*, subject: str, now: datetime) -> None:
    """Freeze what was approved, if it is still the same; safe to repeat."""
    noun, _, number = subject.partition(":")
    if noun != "benefit" or not number.isdecimal():
        return
    approval = reviews.approval_of(subject)
    benefit = Benefit.objects.select_for_update().filter(pk=number, subject="").first()
    if benefit is None or approval is None or approval.state != "approved":
        return
    approved = reviews.dossier_body(approval.digest)["offer"]
    if digest(approved) == digest(benefit.as_terms.for_dossier()):
        freeze_benefit(benefit_id=benefit.pk, by=None, now=now)


@transaction.atomic
def reopen_benefit(*, benefit_id: int, by: Staff, now: datetime) -> None:
    """Take a benefit of its own back from the reviewers, or out of force before anybody claimed.

    :raises BenefitNotFound, NotAlone, TermsClaimed
    """
    benefit = _locked(benefit_id, by)
    if benefit.subject:
        raise NotAlone()
    compliance.void_approval(subject=benefit.own_subject, reason="offer", by=by, now=now)
    thaw_benefit(benefit_id=benefit_id, by=by, now=now)


def _locked(benefit_id: int, by: Staff) -> Benefit:
    rows = Benefit.objects.visible_to(by).select_for_update(of=("self",))
    benefit: Benefit | None = rows.filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    return benefit
