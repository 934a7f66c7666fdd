"""Offers and who claimed them."""

from dataclasses import fields
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiqun.benefits.rules import BenefitKind, BenefitTerms
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet

KIND_LABELS = {
    BenefitKind.VOUCHER: _("Voucher"),
    BenefitKind.TICKET: _("Ticket"),
    BenefitKind.POINTS_COUPON: _("Points coupon"),
    BenefitKind.GIFT: _("Gift"),
    BenefitKind.SERVICE: _("Service"),
}


class BenefitQuerySet(ScopedQuerySet):
    def take_one(self, benefit_id: int) -> bool:
        """Take one piece from stock; whether there was one left. One statement decides."""
        return bool(self.filter(pk=benefit_id, claimed__lt=F("quantity")).update(claimed=F("claimed") + 1))


class Benefit(models.Model):
    """权益. The simple offer: a number of equal pieces, one for each customer who claims in time."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=KIND_LABELS)
    item = models.CharField(_("item"), max_length=100)
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    claimed = models.PositiveIntegerField(_("claimed"), default=0)
    value_fen = models.BigIntegerField(_("value of one piece"), default=0)
    claim_start_at = models.DateTimeField(_("claims begin"))
    claim_end_at = models.DateTimeField(_("claims end"))
    use_last_date = models.DateField(_("usable until"))
    how_to_use = models.TextField(_("how to use"))
    terms = models.TextField(_("terms"))
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    subject = models.CharField(_("offered by"), max_length=80, blank=True)
    frozen_digest = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = BenefitQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("subject",), condition=~Q(subject=""), name="benefit_one_per_subject"
            ),
            models.CheckConstraint(condition=Q(claimed__lte=F("quantity")), name="benefit_never_oversold"),
            models.CheckConstraint(
                condition=Q(claim_end_at__gt=F("claim_start_at")), name="benefit_claims_end_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> int:
        return self.quantity - self.claimed

    @property
    def is_frozen(self) -> bool:
        return bool(self.frozen_digest)

    @property
    def as_terms(self) -> BenefitTerms:
        values = {field.name: getattr(self, field.name) for field in fields(BenefitTerms)}
        return BenefitTerms(**values | {"kind": BenefitKind(self.kind)})

    def take(self, terms: BenefitTerms) -> None:
        for field in fields(BenefitTerms):
            setattr(self, field.name, getattr(terms, field.name))


class ClaimQuerySet(ScopedQuerySet):
    branch_field = "benefit__branch"


class Claim(models.Model):
    """领取. One customer's piece; ``code`` is shown at the counter when it is used."""

    personal_data = PersonalData(
        fields={"customer": "pseudonym", "code": "pseudonym"},
        erasure="keep: the bank must be able to show who received what, and once only",
    )

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="claims")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    code = models.CharField(max_length=16, unique=True)
    claimed_at = models.DateTimeField()

    objects: ClassVar[Any] = ClaimQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("benefit", "customer"), name="claim_once_per_customer"),
        )
        indexes = (models.Index(fields=("benefit", "-id"), name="claim_of_benefit"),)

    def __str__(self) -> str:
        return f"{self.benefit_id}:{self.pk}"
