"""Quests, their steps, and how far each customer is."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.draws import Draw
from huiqun.benefits.models.offers import Benefit
from huiqun.benefits.models.plays import Play, PlayQuerySet
from huiqun.benefits.rules.quests import Deed, StepKind, StepPlan
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet

STEP_LABELS = {
    StepKind.CHECK_IN: _("Check in"),
    StepKind.DEED: _("Do something"),
    StepKind.CONDITION: _("Reach something"),
}
DEED_LABELS = {
    Deed.JOINED: _("Join a campaign"),
    Deed.CLAIMED: _("Claim a benefit"),
    Deed.REDEEMED: _("Use a benefit"),
    Deed.ANSWERED: _("Answer a survey"),
    Deed.PLAYED: _("Answer a game's question"),
}


class Quest(Play):
    """任务. Its tokens (星球币) are worth something in it alone, and until it ends."""

    personal_data = NO_PERSONAL_DATA

    token = models.CharField(_("name of the tokens"), max_length=20)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = PlayQuerySet.as_manager()

    class Meta(Play.Meta):
        abstract = False
        constraints = (
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="quest_ends_after_start"),
        )


class QuestPartQuerySet(ScopedQuerySet):
    branch_field = "quest__branch"

    def earn(self, part_id: int, tokens: int) -> None:
        self.filter(pk=part_id).update(earned=F("earned") + tokens)

    def spend(self, part_id: int, tokens: int) -> bool:
        """Take tokens away, if there are so many. One statement decides."""
        enough = self.filter(pk=part_id, earned__gte=F("spent") + tokens)
        return bool(enough.update(spent=F("spent") + tokens))


class QuestStep(models.Model):
    """步骤. What has to be done once, and what it brings: tokens, a ticket of ``draw``, or both."""

    personal_data = NO_PERSONAL_DATA

    quest = models.ForeignKey(Quest, models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField(_("place"))
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=STEP_LABELS)
    tokens = models.PositiveIntegerField(_("tokens"), default=0)
    days = models.PositiveSmallIntegerField(_("days"), default=0)
    in_a_row = models.BooleanField(_("days in a row"), default=False)
    deed = models.CharField(_("deed"), max_length=10, choices=DEED_LABELS, blank=True)
    about = models.BigIntegerField(_("number of the campaign, benefit or game"), null=True, blank=True)
    condition = models.JSONField(_("condition"), default=dict, blank=True)
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ("quest", "place")
        constraints = (models.UniqueConstraint(fields=("quest", "place"), name="step_once_per_place"),)

    def __str__(self) -> str:
        return self.name

    @property
    def plan(self) -> StepPlan:
        return StepPlan(
            name=self.name,
            kind=StepKind(self.kind),
            tokens=self.tokens,
            days=self.days,
            in_a_row=self.in_a_row,
            deed=self.deed,
            about=self.about,
            condition=self.condition,
            draw_id=self.draw_id,
        )


class QuestPrice(models.Model):
    """兑换. For so many tokens a piece of a benefit, once per customer."""

    personal_data = NO_PERSONAL_DATA

    quest = models.ForeignKey(Quest, models.CASCADE, related_name="prices")
    place = models.PositiveSmallIntegerField(_("place"))
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+", verbose_name=_("benefit"))
    tokens = models.PositiveIntegerField(_("tokens"))

    class Meta:
        ordering = ("quest", "place")
        constraints = (
            models.UniqueConstraint(fields=("quest", "place"), name="price_once_per_place"),
            models.CheckConstraint(condition=Q(tokens__gte=1), name="price_is_not_nothing"),
        )


class QuestPart(models.Model):
    """Who takes part, with the tokens earned and spent. Its row is the lock for all that one customer does in a
    quest."""

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="delete")

    quest = models.ForeignKey(Quest, models.PROTECT, related_name="parts")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(_("joined"))
    earned = models.PositiveIntegerField(default=0)
    spent = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = QuestPartQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("quest", "customer"), name="part_once_per_customer"),
            models.CheckConstraint(condition=Q(spent__lte=F("earned")), name="part_never_overspent"),
        )

    @property
    def balance(self) -> int:
        return self.earned - self.spent


class CheckIn(models.Model):
    """签到. One for each of the bank's days; none can be added afterwards."""

    personal_data = PersonalData(fields={"part": "pseudonym"}, erasure="delete")

    part = models.ForeignKey(QuestPart, models.CASCADE, related_name="check_ins")
    day = models.DateField(pgettext_lazy("check-in", "day"))
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("part", "day"), name="check_in_once_a_day"),)


class StepDone(models.Model):
    personal_data = PersonalData(fields={"part": "pseudonym"}, erasure="delete")

    part = models.ForeignKey(QuestPart, models.CASCADE, related_name="done")
    step = models.ForeignKey(QuestStep, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("part", "step"), name="step_done_once"),)


class Exchange(models.Model):
    """Tokens that became a piece."""

    personal_data = PersonalData(fields={"part": "pseudonym"}, erasure="delete")

    part = models.ForeignKey(QuestPart, models.CASCADE, related_name="exchanges")
    price = models.ForeignKey(QuestPrice, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    claim_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("part", "price"), name="exchange_once_per_price"),)
