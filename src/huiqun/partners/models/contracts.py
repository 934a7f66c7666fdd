"""Contracts with partners."""

from dataclasses import fields
from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.secrets import EncryptedField
from huiqun.lib.canonical import digest
from huiqun.partners.models.partners import Partner
from huiqun.partners.rules import ContractState, ContractTerms, ServedKind

SERVED_LABELS = {
    ServedKind.VOUCHER: _("Voucher"),
    ServedKind.CASH_COUPON: _("Cash coupon"),
    ServedKind.TICKET: _("Ticket"),
    ServedKind.GIFT: _("Gift"),
    ServedKind.SERVICE: _("Service"),
    ServedKind.DONATION: _("Donation"),
}
CONTRACT_LABELS = {
    ContractState.DRAFT: pgettext_lazy("contract", "Draft"),
    ContractState.IN_FORCE: pgettext_lazy("contract", "Confirmed"),
    ContractState.ENDED: pgettext_lazy("contract", "Ended early"),
}


class Contract(models.Model):
    """合作合同. ``changed_by`` wrote its terms as they are; another person puts it in force."""

    personal_data = PersonalData(
        fields={"account_number": "encrypted", "account_name": "plain"},
        erasure="keep: the bank must be able to show on whose account it paid what was agreed",
    )

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="contracts")
    number = models.CharField(pgettext_lazy("contract", "number"), max_length=60, unique=True)
    kinds = ArrayField(models.CharField(max_length=20))
    bank_share = models.PositiveSmallIntegerField(_("share of the cost that the bank pays"))
    start_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))
    settlement_day = models.PositiveSmallIntegerField(_("day of the settlement"), default=3)
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=15)
    account_name = models.CharField(_("holder of the account"), max_length=100)
    account_bank = models.CharField(_("account's bank"), max_length=100)
    account_number = EncryptedField(_("account number"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=CONTRACT_LABELS, default=ContractState.DRAFT)
    end_reason = models.CharField(max_length=200, blank=True)
    changed_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    days_told = models.PositiveSmallIntegerField(null=True)
    """The last reminder that went out: 30, 7 or 1 days before."""

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(last_date__gte=F("start_date")), name="contract_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(bank_share__lte=10_000), name="contract_share_within_whole"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("changed_by")),
                name="contract_needs_four_eyes",
            ),
        )
        indexes = (models.Index(fields=("last_date",), name="contract_expiring"),)

    def __str__(self) -> str:
        return self.number

    @property
    def terms(self) -> ContractTerms:
        values = {each.name: getattr(self, each.name) for each in fields(ContractTerms)}
        return ContractTerms(**values | {"kinds": tuple(self.kinds)})

    @property
    def terms_digest(self) -> str:
        return digest(self.terms.for_digest())

    @property
    def kind_labels(self) -> list[str]:
        return [str(SERVED_LABELS[ServedKind(kind)]) for kind in self.kinds]

    def take(self, terms: ContractTerms) -> None:
        for each in fields(ContractTerms):
            setattr(self, each.name, getattr(terms, each.name))
        self.kinds = list(terms.kinds)

    def shown_state(self, on: date) -> str:
        """draft, coming, in_force, expired or ended"""
        if self.state != ContractState.IN_FORCE:
            return str(self.state)
        if on < self.start_date:
            return "coming"
        return "in_force" if on <= self.last_date else "expired"


class ContractPaper(models.Model):
    """The signed contract as a file; its digest is a fact."""

    personal_data = NO_PERSONAL_DATA

    contract = models.OneToOneField(Contract, models.CASCADE, primary_key=True, related_name="paper")
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file_name
