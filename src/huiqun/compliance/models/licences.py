"""The register of licences."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.compliance.rules.licences import LicenceDates
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet


class LicenceKind(models.TextChoices):
    FINANCIAL = "financial", _("Financial licence")
    FUND_SALES = "fund_sales", _("Fund sales qualification")
    INSURANCE_AGENCY = "insurance_agency", _("Insurance agency licence")
    PRECIOUS_METAL = "precious_metal", _("Precious metals approval")
    ICP = "icp", _("ICP filing")
    APP = "app", _("App filing")
    SMS_NUMBER = "sms_number", _("SMS number resource")
    OTHER = "other", _("Other")


class LicenceQuerySet(ScopedQuerySet):
    def visible_to(self, staff: Any) -> "LicenceQuerySet":
        """Licences of the person's branch and below, and of the branches above, whose licences cover it."""
        if staff.branch is None:
            return self.none()
        parts = staff.branch.path.split(".")[:-1]
        above = [".".join(parts[: end + 1]) + "." for end in range(len(parts))]
        return self.filter(Q(branch__path__startswith=staff.branch.path) | Q(branch__path__in=above))


class Licence(models.Model):
    """证照. ``expires_date`` is the last valid day; none means without end."""

    personal_data = NO_PERSONAL_DATA

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
    ended = models.BooleanField(default=False)
    expiry_told = models.BooleanField(default=False)

    objects: ClassVar[Any] = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ("expires_date", "id")

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def dates(self) -> LicenceDates:
        return LicenceDates(number=self.number, expires_date=self.expires_date, ended=self.ended)
