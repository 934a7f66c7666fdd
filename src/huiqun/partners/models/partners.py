"""The register of partners."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.models import Staff
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet, covering, within
from huiqun.foundation.secrets import EncryptedField
from huiqun.partners.rules import PartnerKind, PartnerState

KIND_LABELS = {
    PartnerKind.DINING: _("Food and drink"),
    PartnerKind.RETAIL: _("Shops and supermarkets"),
    PartnerKind.CINEMA: _("Cinema and culture"),
    PartnerKind.TRAVEL: _("Travel and hotels"),
    PartnerKind.MOTORING: _("Fuel and motoring"),
    PartnerKind.HEALTH: _("Health and sports"),
    PartnerKind.LEARNING: _("Learning"),
    PartnerKind.ONLINE: _("Online services"),
    PartnerKind.CHARITY: _("Charity"),
    PartnerKind.OTHER: pgettext_lazy("partner", "Other"),
}
STATE_LABELS = {
    PartnerState.ACTIVE: pgettext_lazy("partner", "Active"),
    PartnerState.SUSPENDED: pgettext_lazy("partner", "Suspended"),
    PartnerState.ENDED: pgettext_lazy("partner", "Ended"),
}
STATE_COLOURS = {PartnerState.ACTIVE: "green", PartnerState.SUSPENDED: "gold", PartnerState.ENDED: "grey"}


class PartnerQuerySet(ScopedQuerySet):
    def visible_to(self, staff: Staff) -> Self:
        """Own branch and below, and the partners of the branches above, with whom they work too."""
        if staff.branch is None:
            return self.none()
        return self.filter(within(staff.branch.path) | covering(staff.branch.path))

    def editable_by(self, staff: Staff) -> Self:
        return super().visible_to(staff)


class Partner(models.Model):
    """异业伙伴. ``branch`` is whose partner it is; the branches below may name it too."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(pgettext_lazy("partner", "name"), max_length=100)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=KIND_LABELS)
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    state = models.CharField(_("state"), max_length=10, choices=STATE_LABELS, default=PartnerState.ACTIVE)
    state_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == PartnerState.ACTIVE


class Contact(models.Model):
    """联系人. Whom to call at the partner."""

    personal_data = PersonalData(
        fields={"name": "encrypted", "phone": "encrypted", "email": "encrypted"}, erasure="delete"
    )

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="contacts")
    name = EncryptedField(pgettext_lazy("person", "name"), null=True)
    duty = models.CharField(_("duty"), max_length=60, blank=True)
    phone = EncryptedField(_("phone"), null=True)
    email = EncryptedField(_("e-mail"), null=True)

    def __str__(self) -> str:
        return f"{self.partner_id}:{self.pk}"


class PartnerKey(models.Model):
    """An interface key that acts for one partner only."""

    personal_data = NO_PERSONAL_DATA

    api_key = models.OneToOneField("foundation.ApiKey", models.CASCADE, primary_key=True, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="keys")
    bound_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    bound_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.partner_id}:{self.api_key_id}"
