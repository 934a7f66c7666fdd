"""Riddles, quizzes and predictions, and what customers answered."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiqun.benefits.models.offers import Benefit
from huiqun.benefits.models.plays import Play, PlayQuerySet
from huiqun.benefits.rules.games import GameKind
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData

GAME_LABELS = {
    GameKind.RIDDLE: _("Riddle"),
    GameKind.QUIZ: _("Quiz"),
    GameKind.PREDICTION: _("Prediction"),
}


class Game(Play):
    """竞猜. Whoever has ``pass_mark`` right answers gets a piece of ``benefit``, while there are any."""

    personal_data = NO_PERSONAL_DATA

    kind = models.CharField(_("kind"), max_length=10, choices=GAME_LABELS, default=GameKind.QUIZ)
    benefit = models.ForeignKey(
        Benefit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("prize")
    )
    pass_mark = models.PositiveSmallIntegerField(_("right answers for the prize"), default=1)
    rewarded_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = PlayQuerySet.as_manager()

    class Meta(Play.Meta):
        abstract = False
        constraints = (
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="game_ends_after_start"),
        )


class Question(models.Model):
    """题目. A prediction's result is entered by one person, with its source, and confirmed by another."""

    personal_data = NO_PERSONAL_DATA

    game = models.ForeignKey(Game, models.CASCADE, related_name="questions")
    place = models.PositiveSmallIntegerField(_("place"))
    words = models.CharField(_("question"), max_length=300)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    answers = models.JSONField(_("right answers"), default=list, blank=True)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    result = models.CharField(_("result"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    entered_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+", null=True)
    entered_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("game", "place")
        constraints = (models.UniqueConstraint(fields=("game", "place"), name="question_once_per_place"),)

    def __str__(self) -> str:
        return self.words


class Answer(models.Model):
    """One per person and question. ``right`` is null until it is known."""

    personal_data = PersonalData(fields={"customer": "pseudonym", "given": "plain"}, erasure="delete")

    question = models.ForeignKey(Question, models.PROTECT, related_name="given")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    given = models.CharField(max_length=100)
    form = models.CharField(max_length=200)
    right = models.BooleanField(null=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("question", "customer"), name="answer_once_per_person"),
        )
        indexes = (models.Index(fields=("question", "form"), name="answer_by_form"),)
