"""Partners' people at the counter."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.secrets import EncryptedField
from huiqun.partners.models.partners import Partner
from huiqun.partners.rules import ClerkRole

ROLE_LABELS = {
    ClerkRole.CLERK: pgettext_lazy("partner's", "Clerk"),
    ClerkRole.MANAGER: pgettext_lazy("partner's", "Manager"),
}


class Clerk(models.Model):
    """店员. No member of the bank's staff: sees the counter of one partner and nothing else.

    ``tries`` counts wrong passwords since ``tried_at``; ``invited_until`` ends a first password that was never used.
    """

    personal_data = PersonalData(fields={"name": "encrypted", "login": "pseudonym"}, erasure="anonymise")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="clerks")
    shop = models.CharField(_("shop"), max_length=100)
    name = EncryptedField(pgettext_lazy("person", "name"), null=True)
    login = models.CharField(_("login"), max_length=40, unique=True)
    role = models.CharField(_("role"), max_length=10, choices=ROLE_LABELS, default=ClerkRole.CLERK)
    password = models.CharField(max_length=128)
    must_change = models.BooleanField(default=True)
    invited_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ("shop", "login")

    def __str__(self) -> str:
        return self.login


class ClerkSession(models.Model):
    """A clerk's time at the counter. Only a keyed digest of its secret is kept."""

    personal_data = NO_PERSONAL_DATA

    clerk = models.ForeignKey(Clerk, models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=("until_at",), name="clerk_session_age"),)

    def __str__(self) -> str:
        return f"{self.clerk_id}:{self.pk}"
