"""The register of licences."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.compliance.rules.licences import LicenceDates
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet, covering, within


class LicenceKind(models.TextChoices):
    FINANCIAL = "financial", _("Financial licence")
    FUND_SALES = "fund_sales", _("Fund sales qualification")
    INSURANCE_AGENCY = "insurance_agency", _("Insurance agency licence")
    PRECIOUS_METAL = "precious_metal", _("Precious metals approval")
    ICP = "icp", _("ICP filing")
    APP = "app", _("App filing")
    SMS_NUMBER = "sms_number", _("SMS number resource")
    DISTRIBUTION = "distribution", _("Distribution agreement")
    QUALIFICATION = "qualification", _("Qualification of a member of staff")
    PORTRAIT = "portrait", _("Consent to a portrait")
    PROMOTER = "promoter", _("Contract with a promoter (KOL)")
    MATERIAL = "material", _("Licence of material (pictures, fonts, music, IP)")
    OTHER = "other", _("Other")


PERMISSIONS = (LicenceKind.PORTRAIT, LicenceKind.PROMOTER, LicenceKind.MATERIAL)
"""What a campaign names for its material; the bank as a whole does not stand on them."""
OF_PERSONS = (LicenceKind.QUALIFICATION, LicenceKind.PORTRAIT, LicenceKind.PROMOTER)
"""Their words name a person: neither facts nor dossiers repeat them."""


class LicenceQuerySet(ScopedQuerySet):
    def visible_to(self, staff: Any) -> "LicenceQuerySet":
        """Licences of the person's branch and below, and of the branches above, whose licences cover it."""
        if staff.branch is None:
            return self.none()
        return self.filter(within(staff.branch.path) | covering(staff.branch.path))


class Licence(models.Model):
    """证照. ``expires_date`` is the last valid day; none means without end."""

    personal_data = PersonalData(
        fields={"name": "plain", "number": "plain", "holder": "plain", "issuer": "plain"},
        erasure="keep: the bank must be able to show whose consent, contract or qualification it relied on",
    )

    kind = models.CharField(_("kind"), max_length=20, choices=LicenceKind.choices)
    name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("number"), max_length=60, unique=True)
    holder = models.CharField(_("holder"), max_length=120)
    scope = models.TextField(_("scope"))
    issuer = models.CharField(pgettext_lazy("licence", "issuer"), max_length=120, blank=True)
    issued_date = models.DateField(_("issued on"), null=True, blank=True)
    expires_date = models.DateField(_("valid until"), null=True, blank=True)
    channels = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    product_kinds = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    staff = models.ForeignKey(
        "foundation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("staff")
    )
    """Whose qualification it is."""
    owner = models.ForeignKey(
        "foundation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kept by")
    )
    """Who sees to it that it is renewed in time."""
    ended = models.BooleanField(default=False)
    expiry_told = models.BooleanField(default=False)
    days_told = models.PositiveSmallIntegerField(null=True)
    """The last reminder that went out: 30, 7 or 1 days before."""

    objects: ClassVar[Any] = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ("expires_date", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="qualification", staff__isnull=False)
                | (~Q(kind="qualification") & Q(staff__isnull=True)),
                name="licence_qualification_has_staff",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def is_of_a_person(self) -> bool:
        return self.kind in OF_PERSONS

    def dates(self) -> LicenceDates:
        return LicenceDates(number=self.number, expires_date=self.expires_date, ended=self.ended)
