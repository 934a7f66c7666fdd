"""Referral: programmes, personal links, who was invited, and what came of it. One level only."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.offers import Benefit
from huiqun.benefits.rules.referral import ReferralState
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet

REFERRAL_LABELS = {
    ReferralState.HELD: pgettext_lazy("referral", "Looked at by a person"),
    ReferralState.STUCK: pgettext_lazy("referral", "Reward not given yet"),
    ReferralState.REWARDED: pgettext_lazy("referral", "Rewarded"),
    ReferralState.REFUSED: pgettext_lazy("referral", "Refused"),
    ReferralState.REVERSED: pgettext_lazy("referral", "Taken back"),
}
REFERRAL_COLOURS = {
    ReferralState.HELD: "gold",
    ReferralState.STUCK: "blue",
    ReferralState.REWARDED: "green",
    ReferralState.REFUSED: "red",
    ReferralState.REVERSED: "grey",
}


class ReferralProgramme(models.Model):
    """老带新活动. Planned by one person, opened by another; then it stands."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=100)
    words = models.TextField(_("terms"))
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    referrer_benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+")
    referee_benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    window_days = models.PositiveSmallIntegerField(_("days to convert"))
    per_day = models.PositiveIntegerField(_("rewards for a referrer a day"))
    in_all = models.PositiveIntegerField(_("rewards for a referrer in all"))
    conversion = models.CharField(_("what counts"), max_length=40)
    least_fen = models.BigIntegerField(default=0)
    reversal_kind = models.CharField(_("what takes it back"), max_length=40, blank=True)
    made_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    opened_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(opened_by__isnull=True) | ~Q(opened_by=F("made_by")), name="referral_four_eyes"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ReferralLink(models.Model):
    """One customer's own link to a programme."""

    personal_data = PersonalData(fields={"customer": "pseudonym", "device": "pseudonym"}, erasure="delete")

    programme = models.ForeignKey(ReferralProgramme, models.PROTECT, related_name="links")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    token = models.CharField(max_length=24, unique=True)
    device = models.CharField(max_length=32, blank=True, default="")
    made_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("programme", "customer"), name="referral_link_once"),)

    def __str__(self) -> str:
        return self.token


class Invitation(models.Model):
    """A number that somebody typed in under a link: only its keyed digest is kept, until its window is over. The
    first link holds while its window lasts; a later one takes over only after that."""

    personal_data = PersonalData(fields={"phone_mark": "pseudonym", "device": "pseudonym"}, erasure="delete")

    programme = models.ForeignKey(ReferralProgramme, models.PROTECT, related_name="+")
    link = models.ForeignKey(ReferralLink, models.CASCADE, related_name="+")
    phone_mark = models.CharField(max_length=32)
    device = models.CharField(max_length=32, blank=True, default="")
    invited_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("programme", "phone_mark"), name="referral_invited_once"),
        )
        indexes = (models.Index(fields=("link", "-invited_at"), name="referral_of_link"),)

    def __str__(self) -> str:
        return f"{self.link_id}"


class Referral(models.Model):
    """老带新关系. Somebody who was invited and converted, once for each programme, with what became of the rewards."""

    personal_data = PersonalData(
        fields={"referee": "pseudonym", "referrer": "pseudonym"},
        erasure="keep: the bank must be able to show who was rewarded for whom, and once only",
    )

    programme = models.ForeignKey(ReferralProgramme, models.PROTECT, related_name="referrals")
    referee = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    referrer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    converted_on = models.DateField()
    state = models.CharField(_("state"), max_length=10, choices=REFERRAL_LABELS)
    why = models.CharField(max_length=20, blank=True, default="")
    referrer_claim = models.BigIntegerField(null=True)
    referee_claim = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("programme", "referee"), name="referral_once"),)
        indexes = (models.Index(fields=("programme", "referrer"), name="referral_of_referrer"),)

    def __str__(self) -> str:
        return f"{self.referrer_id}→{self.referee_id}"


class ReferralCount(models.Model):
    """How many rewards a referrer has had on a day, and in all (``day`` null)."""

    personal_data = PersonalData(
        fields={"customer": "pseudonym"},
        erasure="keep: caps must hold against whoever comes back under the same number",
    )

    programme = models.ForeignKey(ReferralProgramme, models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    scope = models.CharField(max_length=10)
    taken = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("programme", "customer", "scope"), name="referral_counted_once"),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.taken}"
