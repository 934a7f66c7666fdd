"""The catalogue beyond terms: benefits beside a campaign's first, copies, pictures, where the partner is paid."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from huiqun.benefits.actions.offers import create_benefit
from huiqun.benefits.events_of_pieces import BenefitPictureSet, SettlementAccountSet
from huiqun.benefits.models import Benefit, BenefitPicture
from huiqun.benefits.queries.offers import visible_benefit
from huiqun.benefits.rules import BenefitNotFound, BenefitTerms
from huiqun.benefits.rules.refusals_stock import PictureTooHeavy, SubjectClosed
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts
from huiqun.foundation.models import Staff

LIVE = ("in_review", "approved")
HEAVIEST = 60_000
"""Bytes: a customer's page with it stays below a hundred thousand."""


@transaction.atomic
def add_benefit(*, subject: str, terms: BenefitTerms, by: Staff, now: datetime) -> int:
    """One more benefit of a campaign that offers something already; its id. Reviewed and frozen with it.

    :raises BenefitNotFound, SubjectClosed, and what create_benefit refuses
    """
    first = Benefit.objects.visible_to(by).filter(subject=subject).order_by("place").first()
    if not subject or first is None:
        raise BenefitNotFound()
    approval = compliance.approval_of(subject)
    if first.is_frozen or (approval and approval.state in LIVE):
        raise SubjectClosed()
    last = Benefit.objects.filter(subject=subject).aggregate(last=Max("place"))["last"]
    return create_benefit(
        terms=terms, branch_id=first.branch_id, subject=subject, place=last + 1, by=by, now=now
    )


@transaction.atomic
def copy_benefit(*, benefit_id: int, name: str, by: Staff, now: datetime) -> int:
    """The same terms as a draft of its own, with the picture; its id. :raises BenefitNotFound"""
    original = visible_benefit(benefit_id, by)
    terms = replace(original.as_terms, name=name[:100])
    assert by.branch_id is not None
    copied = create_benefit(terms=terms, branch_id=by.branch_id, by=by, now=now)
    picture = BenefitPicture.objects.filter(benefit_id=benefit_id).first()
    if picture is not None:
        picture.pk, picture.benefit_id = None, copied
        picture.save(force_insert=True)
    return copied


@transaction.atomic
def set_picture(*, benefit_id: int, content: bytes, by: Staff, now: datetime) -> None:
    """Show this picture on phones, made anew and made smaller: nothing of the file itself is kept.

    An empty ``content`` takes the picture away. :raises BenefitNotFound, NotAPicture, PictureTooLarge, PictureTooHeavy
    """
    benefit = visible_benefit(benefit_id, by)
    BenefitPicture.objects.filter(benefit=benefit).delete()
    digest = ""
    if content:
        made = compliance.picture_for_phones(content, heaviest=HEAVIEST)
        if made is None:
            raise PictureTooHeavy()
        digest = made.digest
        BenefitPicture.objects.create(
            benefit=benefit, content=made.content, digest=digest, width=made.width, height=made.height
        )
    fact = BenefitPictureSet(benefit_id=benefit_id, digest=digest)
    facts.record(fact, at=now, by=by, branch_id=benefit.branch_id)


@transaction.atomic
def set_settlement_account(*, benefit_id: int, account: str, by: Staff, now: datetime) -> None:
    """Where the partner is paid; encrypted, and in no fact. :raises BenefitNotFound"""
    benefit = visible_benefit(benefit_id, by)
    if (benefit.settlement_account or "") == account:
        return
    benefit.settlement_account = account or None
    benefit.save(update_fields=["settlement_account"])
    facts.record(SettlementAccountSet(benefit_id=benefit_id), at=now, by=by, branch_id=benefit.branch_id)
