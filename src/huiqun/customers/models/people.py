"""Customers. Identifiers are encrypted; what is known *about* an id goes on to the lake."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.customers.rules import IDENTIFIERS, Lifecycle, Sex
from huiqun.foundation import any_of  # noqa: F401 the lookup by thousands of values
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import BlindIndexField, EncryptedField, blind_index

LIFECYCLE_LABELS = {
    Lifecycle.NEW: pgettext_lazy("lifecycle", "New"),
    Lifecycle.GROWING: pgettext_lazy("lifecycle", "Growing"),
    Lifecycle.MATURE: pgettext_lazy("lifecycle", "Mature"),
    Lifecycle.AT_RISK: pgettext_lazy("lifecycle", "At risk of leaving"),
    Lifecycle.DORMANT: pgettext_lazy("lifecycle", "Dormant"),
}
SEX_LABELS = {Sex.FEMALE: _("Female"), Sex.MALE: _("Male")}


def index_of(field: str, value: str | None) -> bytes | None:
    """The blind index under which a customer's identifier is found, None for none."""
    return blind_index(value, f"customers.{field}") if value else None


class CustomerQuerySet(ScopedQuerySet):
    def present(self) -> Self:
        """Without those whose records were merged into another's."""
        return self.filter(merged_into__isnull=True)

    def with_identifier(self, field: str, value: str) -> Self:
        """Exact match by blind index; ``field`` is one of IDENTIFIERS."""
        return self.filter(**{f"{field}_index": index_of(field, value)})


class Customer(models.Model):
    """客户. ``id`` is the one number by which every part of the system knows this person."""

    personal_data = PersonalData(
        fields={
            **dict.fromkeys(IDENTIFIERS, "encrypted"),
            **{f"{name}_index": "blind index" for name in IDENTIFIERS},
            "number": "pseudonym",
            "birth_date": "plain",
            "sex": "plain",
            "occupation": "plain",
            "income_band": "plain",
            "city": "plain",
            "risk_level": "plain",
            "risk_assessed_date": "plain",
            "lifecycle": "plain",
            "opened_date": "plain",
            "overdue": "plain",
            "is_protected": "plain",
            "time_zone": "plain",
            "attributes": "plain",
        },
        erasure="anonymise",
    )

    number = models.CharField(_("customer number"), max_length=40, unique=True)
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )

    name = EncryptedField(pgettext_lazy("person", "name"), null=True)
    name_index = BlindIndexField()
    id_number = EncryptedField(_("ID number"), null=True)
    id_number_index = BlindIndexField()
    card_number = EncryptedField(_("card number"), null=True)
    card_number_index = BlindIndexField()
    phone = EncryptedField(_("phone"), null=True)
    phone_index = BlindIndexField()
    email = EncryptedField(_("e-mail"), null=True)
    email_index = BlindIndexField()
    openid = EncryptedField(_("WeChat openid"), null=True)
    openid_index = BlindIndexField()
    address = EncryptedField(_("address"), null=True)
    address_index = BlindIndexField(db_index=False)

    birth_date = models.DateField(_("date of birth"), null=True)
    sex = models.CharField(_("sex"), max_length=1, blank=True)
    occupation = models.CharField(_("occupation"), max_length=60, blank=True)
    income_band = models.CharField(_("income band"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    risk_level = models.PositiveSmallIntegerField(_("risk level"), null=True)
    risk_assessed_date = models.DateField(_("risk assessed on"), null=True)
    lifecycle = models.CharField(_("lifecycle"), max_length=10, blank=True)
    opened_date = models.DateField(_("customer since"), null=True)
    overdue = models.BooleanField(_("overdue"), default=False)
    is_protected = models.BooleanField(_("protected person"), default=False, db_default=False)
    """Under guardianship, or otherwise not to be marketed to; why is not kept here."""
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True, default="", db_default="")
    """An IANA name; "" is the bank's own."""
    attributes = models.JSONField(_("further attributes"), default=dict)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = CustomerQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("branch", "-id"), name="customer_branch"),
            models.Index(fields=("lifecycle", "-id"), name="customer_lifecycle"),
            models.Index(fields=("risk_level", "-id"), name="customer_risk_level"),
            models.Index(fields=("opened_date", "-id"), name="customer_opened"),
            models.Index(
                fields=("id",), include=("time_zone",), condition=~Q(time_zone=""), name="customer_elsewhere"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(risk_level__isnull=True) | Q(risk_level__range=(1, 5)),
                name="customer_risk_level_is_c1_to_c5",
            ),
            models.CheckConstraint(condition=Q(sex__in=("", "F", "M")), name="customer_sex_is_known_code"),
            models.CheckConstraint(
                condition=Q(lifecycle__in=("", *(stage.value for stage in Lifecycle))),
                name="customer_lifecycle_is_known_code",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="customer_not_merged_into_itself",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps each blind index with its value."""
        for field in IDENTIFIERS:
            setattr(self, f"{field}_index", index_of(field, getattr(self, field)))
        super().save(*args, **kwargs)
