"""Draws, their prizes, and the tickets that customers hold."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.offers import Benefit
from huiqun.benefits.models.plays import Play, PlayQuerySet
from huiqun.benefits.rules.draws import SLOTS, DrawKind, Odds, Outcome
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField

DRAW_LABELS = {
    DrawKind.LOTTERY: _("Lottery"),
    DrawKind.WHEEL: _("Wheel"),
    DrawKind.SCRATCH: _("Scratch card"),
}
OUTCOME_LABELS = {
    Outcome.WON: pgettext_lazy("draw", "Won"),
    Outcome.GONE: _("The prize had run out"),
    Outcome.NOTHING: _("No prize"),
}
OUTCOME_COLOURS = {Outcome.WON: "green", Outcome.GONE: "gold", Outcome.NOTHING: "grey"}


class Draw(Play):
    """抽奖. ``seed_digest`` and ``rules_digest`` are published when it opens, ``shown_seed`` when it is over.

    ``daily`` gives everybody a ticket a day; ``ticket_benefit`` one for each claim of that benefit.
    """

    personal_data = PersonalData(
        fields={"seed": "encrypted"},
        erasure="keep: whoever drew must be able to have the draw worked out again",
    )

    kind = models.CharField(_("kind"), max_length=10, choices=DRAW_LABELS, default=DrawKind.WHEEL)
    daily = models.BooleanField(_("a ticket a day for everybody"), default=True)
    ticket_benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+", null=True, blank=True)
    seed = EncryptedField(null=True)
    seed_digest = models.CharField(max_length=64, blank=True)
    rules_digest = models.CharField(max_length=64, blank=True)
    shown_seed = models.CharField(max_length=64, blank=True)
    shown_at = models.DateTimeField(null=True)
    issued = models.PositiveIntegerField(_("tickets given out"), default=0)

    objects: ClassVar[Any] = PlayQuerySet.as_manager()

    class Meta(Play.Meta):
        abstract = False
        constraints = (
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="draw_ends_after_start"),
        )


class PrizeQuerySet(ScopedQuerySet):
    branch_field = "draw__branch"

    def take_turn(self, prize_id: int) -> int:
        """How many have hit this prize, the caller included: turns are given out one after the other."""
        self.filter(pk=prize_id).update(hits=F("hits") + 1)
        return int(self.values_list("hits", flat=True).get(pk=prize_id))


class Prize(models.Model):
    """奖项. ``chance`` in millionths; the first ``pieces`` customers who hit it win a piece of the benefit."""

    personal_data = NO_PERSONAL_DATA

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="prizes")
    place = models.PositiveSmallIntegerField(_("place"))
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+", verbose_name=_("benefit"))
    chance = models.PositiveIntegerField(_("chance"))
    pieces = models.PositiveIntegerField(_("pieces"))
    hits = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = PrizeQuerySet.as_manager()

    class Meta:
        ordering = ("draw", "place")
        constraints = (
            models.UniqueConstraint(fields=("draw", "place"), name="prize_once_per_place"),
            models.CheckConstraint(
                condition=Q(chance__gte=1, chance__lte=SLOTS), name="prize_chance_within_whole"
            ),
        )

    @property
    def odds(self) -> Odds:
        return Odds(
            place=self.place,
            benefit_id=self.benefit_id,
            terms_digest=self.benefit.frozen_digest,
            chance=self.chance,
            pieces=self.pieces,
        )

    @property
    def left(self) -> int:
        return max(0, self.pieces - self.hits)


class TicketQuerySet(ScopedQuerySet):
    branch_field = "draw__branch"


class Ticket(models.Model):
    """抽奖机会. ``because`` is what it was given for ("day:2026-11-20", "claim:7", "step:3"): one for each reason.

    ``withheld`` is the code of the refusal when a piece that was there could not be given.
    """

    personal_data = PersonalData(
        fields={"customer": "pseudonym"},
        erasure="keep: whoever drew must be able to have the draw worked out again",
    )

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="tickets")
    number = models.PositiveIntegerField()
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    because = models.CharField(max_length=60)
    issued_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    slot = models.PositiveIntegerField(null=True)
    prize = models.ForeignKey(Prize, models.PROTECT, related_name="+", null=True)
    turn = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=OUTCOME_LABELS, blank=True)
    withheld = models.CharField(max_length=60, blank=True)
    claim_id = models.BigIntegerField(null=True)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("draw", "number"), name="ticket_number_once"),
            models.UniqueConstraint(fields=("draw", "customer", "because"), name="ticket_once_per_reason"),
            models.UniqueConstraint(fields=("prize", "turn"), name="ticket_turn_once"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, outcome="", slot=None)
                | (Q(drawn_at__isnull=False, slot__isnull=False) & ~Q(outcome="")),
                name="ticket_drawn_as_a_whole",
            ),
        )
