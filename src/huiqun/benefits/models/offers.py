"""What is offered."""

from dataclasses import fields
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiqun.benefits.rules import BenefitKind, BenefitTerms, Codes, Way
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField

KIND_LABELS = {
    BenefitKind.VOUCHER: _("Voucher"),
    BenefitKind.CASH_COUPON: _("Cash coupon"),
    BenefitKind.TICKET: _("Ticket"),
    BenefitKind.POINTS: _("Points"),
    BenefitKind.POINTS_COUPON: _("Points coupon"),
    BenefitKind.RATE_COUPON: _("Rate coupon"),
    BenefitKind.FEE_WAIVER: _("Fee waiver"),
    BenefitKind.TRIAL_MONEY: _("Trial money"),
    BenefitKind.GIFT: _("Gift"),
    BenefitKind.SERVICE: _("Service"),
    BenefitKind.DONATION: _("Donation"),
}
WAY_LABELS = {
    Way.CLAIM: _("By tapping, first come first served"),
    Way.GRANT: _("When something was reached or won"),
    Way.POINTS: _("For points"),
}
CODES_LABELS = {Codes.OWN: _("Made by the platform"), Codes.POOL: _("Delivered by the partner")}


class BenefitQuerySet(ScopedQuerySet):
    def take_one(self, benefit_id: int) -> bool:
        """Take one piece from stock; whether there was one left. One statement decides."""
        return bool(self.filter(pk=benefit_id, claimed__lt=F("quantity")).update(claimed=F("claimed") + 1))

    def put_back(self, benefit_id: int, pieces: int = 1) -> bool:
        """Put pieces back into stock; whether so many had been taken."""
        taken = self.filter(pk=benefit_id, claimed__gte=pieces)
        return bool(taken.update(claimed=F("claimed") - pieces))


class Benefit(models.Model):
    """权益. A number of equal pieces. ``place`` orders the benefits of one subject; the first is its main offer.

    ``quantity`` is what may be claimed in all: what the terms say and what was ``added`` since, within ``top_up``.
    ``settlement_account`` is where the partner is paid; it is no part of the terms.
    """

    personal_data = PersonalData(
        fields={"settlement_account": "encrypted"},
        erasure="keep: an account of a partner, not of a customer, is needed to settle what was used",
    )

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
    way = models.CharField(_("how to come by it"), max_length=10, choices=WAY_LABELS, default=Way.CLAIM)
    codes = models.CharField(_("codes"), max_length=10, choices=CODES_LABELS, default=Codes.OWN)
    use_days = models.PositiveSmallIntegerField(_("days of use after claiming"), null=True, blank=True)
    points_price = models.PositiveIntegerField(_("price in points"), default=0)
    points_given = models.PositiveIntegerField(_("points given"), default=0)
    partner = models.ForeignKey(
        "partners.Partner", models.PROTECT, related_name="+", verbose_name=_("partner"), null=True, blank=True
    )
    bank_share = models.PositiveSmallIntegerField(_("share of the cost that the bank pays"), default=10_000)
    real_name = models.BooleanField(_("real name is checked before use"), default=False)
    transferable = models.BooleanField(_("may be passed on"), default=False)
    limits = models.JSONField(_("limits"), default=dict, blank=True)
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)
    details = models.JSONField(_("details of its kind"), default=dict, blank=True)
    top_up = models.PositiveIntegerField(_("pieces that may be added"), default=0)
    added = models.PositiveIntegerField(_("pieces added"), default=0)
    warn_below = models.PositiveIntegerField(_("warn below (pieces)"), null=True, blank=True)
    warned_at = models.DateTimeField(null=True)
    reminded_of = models.DateField(null=True)
    settlement_account = EncryptedField(_("settlement account"), null=True)
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    subject = models.CharField(_("offered by"), max_length=80, blank=True)
    place = models.PositiveSmallIntegerField(_("place"), default=0)
    frozen_digest = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = BenefitQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "place"), condition=~Q(subject=""), name="benefit_once_per_place"
            ),
            models.CheckConstraint(condition=Q(claimed__lte=F("quantity")), name="benefit_never_oversold"),
            models.CheckConstraint(
                condition=Q(claim_end_at__gt=F("claim_start_at")), name="benefit_claims_end_after_start"
            ),
            models.CheckConstraint(condition=Q(bank_share__lte=10_000), name="benefit_share_within_whole"),
            models.CheckConstraint(condition=Q(added__lte=F("top_up")), name="benefit_topped_up_as_allowed"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> int:
        return self.quantity - self.claimed

    @property
    def own_subject(self) -> str:
        """Under which it is reviewed, stopped and found in facts when it belongs to no campaign."""
        return f"benefit:{self.pk}"

    @property
    def reviewed_as(self) -> str:
        return self.subject or self.own_subject

    @property
    def is_frozen(self) -> bool:
        return bool(self.frozen_digest)

    @property
    def as_terms(self) -> BenefitTerms:
        values = {field.name: getattr(self, field.name) for field in fields(BenefitTerms)}
        typed = {"kind": BenefitKind(self.kind), "way": Way(self.way), "codes": Codes(self.codes)}
        return BenefitTerms(**values | typed | {"quantity": self.quantity - self.added})

    def take(self, terms: BenefitTerms) -> None:
        for field in fields(BenefitTerms):
            setattr(self, field.name, getattr(terms, field.name))
        self.added = 0
