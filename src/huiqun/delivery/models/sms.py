"""What is registered with the operators for an SMS account: its terms, signatures and templates."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.delivery.models.accounts import ChannelAccount
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet


class OfAccount(ScopedQuerySet):
    branch_field = "account__branch"


class RegistrationState(models.TextChoices):
    APPLIED = "applied", _("Applied for")
    APPROVED = "approved", _("Approved by the operator")
    REFUSED = "refused", _("Refused by the operator")
    EXPIRED = "expired", _("No longer valid")


COLOURS = {
    RegistrationState.APPLIED: "gold",
    RegistrationState.APPROVED: "green",
    RegistrationState.REFUSED: "red",
    RegistrationState.EXPIRED: "grey",
}


class Right(models.TextChoices):
    """Why the bank may sign so; operators ask for proof of it."""

    COMPANY = "company", _("The bank's registered name or its short form")
    TRADEMARK = "trademark", _("A trademark of the bank")
    APPLICATION = "application", _("An app or website filed by the bank")
    AUTHORISED = "authorised", _("Another's name, with written authorisation")


DEMANDS = (
    ("", _("Nothing")),
    ("signature", _("A registered signature")),
    ("template", _("A registered signature and template")),
)
SIGNATURE_AS = (("text", _("At the head of the text")), ("field", _("In a field of its own")))
TEMPLATE_AS = (
    ("", _("Not told to the gateway")),
    ("number", _("Its number, beside the text")),
    ("values", _("Its number and what is filled in, instead of the text")),
)


class SmsTerms(models.Model):
    """How an SMS account is paid for and what its gateway wants to be told. No row: nothing is demanded."""

    personal_data = NO_PERSONAL_DATA

    account = models.OneToOneField(ChannelAccount, models.CASCADE, primary_key=True, related_name="+")
    demands = models.CharField(
        _("demands"),
        max_length=10,
        blank=True,
        choices=DEMANDS,
    )
    signature_as = models.CharField(
        _("signature goes"),
        max_length=10,
        default="text",
        choices=SIGNATURE_AS,
    )
    template_as = models.CharField(
        _("template goes"),
        max_length=10,
        blank=True,
        choices=TEMPLATE_AS,
    )
    price = models.PositiveIntegerField(_("price of a thousand segments"), default=0)
    """In fen: segments cost less than one fen makes exact."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(template_as="values") | models.Q(demands="template"),
                name="delivery_values_need_a_template",
            ),
        )


class Registered(models.Model):
    """What signatures and templates have in common."""

    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=RegistrationState.choices, default=RegistrationState.APPLIED
    )
    note = models.CharField(_("what the operator said"), max_length=200, blank=True)
    valid_until_date = models.DateField(_("valid until"), null=True, blank=True)
    applied_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = OfAccount.as_manager()

    class Meta:
        abstract = True

    @property
    def colour(self) -> str:
        return COLOURS[RegistrationState(self.state)]


class SmsSignature(Registered):
    """短信签名"""

    personal_data = NO_PERSONAL_DATA

    text = models.CharField(_("signature"), max_length=22)
    right = models.CharField(_("right to it"), max_length=20, choices=Right.choices)
    proof = models.CharField(_("proof"), max_length=200)

    class Meta:
        ordering = ("account", "text")
        constraints = (models.UniqueConstraint(fields=("account", "text"), name="delivery_signature_once"),)

    def __str__(self) -> str:
        return self.text


class SmsProof(models.Model):
    """签名证明: the paper that shows the bank's right to a signature, as a file. The last one given counts."""

    personal_data = NO_PERSONAL_DATA

    signature = models.OneToOneField(SmsSignature, models.CASCADE, primary_key=True, related_name="+")
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    given_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()


class SmsTemplate(Registered):
    """短信模板: fixed words with places; the operator gives it its number when it approves."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=60)
    text = models.CharField(_("text"), max_length=500)
    number = models.CharField(_("template number"), max_length=40, blank=True)

    class Meta:
        ordering = ("account", "name")
        constraints = (
            models.UniqueConstraint(fields=("account", "name"), name="delivery_template_name_once"),
            models.UniqueConstraint(
                fields=("account", "number"),
                condition=~models.Q(number=""),
                name="delivery_template_number_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | ~models.Q(number=""),
                name="delivery_approved_template_has_number",
            ),
        )

    def __str__(self) -> str:
        return self.name
