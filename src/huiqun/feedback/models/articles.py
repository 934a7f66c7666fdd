"""Answers that were approved for all who ask the same."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.feedback.models.cases import CATEGORY_LABELS
from huiqun.feedback.rules.articles import ArticleState
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet, covering
from huiqun.lib.days import local_date

STATE_LABELS = {
    ArticleState.DRAFT: _("Draft"),
    ArticleState.IN_REVIEW: _("In review"),
    ArticleState.APPROVED: _("Approved"),
    ArticleState.RETIRED: pgettext_lazy("answer", "Withdrawn"),
}
STATE_COLOURS = {
    ArticleState.DRAFT: "grey",
    ArticleState.IN_REVIEW: "gold",
    ArticleState.APPROVED: "green",
    ArticleState.RETIRED: "grey",
}


class ArticleQuerySet(ScopedQuerySet):
    def published(self, *, path: str, now: Any) -> Self:
        """What customers of the branch at ``path`` may read today: of that branch and those above."""
        return self.filter(covering(path), state=ArticleState.APPROVED, last_date__gte=local_date(now))


class Article(models.Model):
    """常见问题. ``source`` is where the answer stands (a rule of the bank, a page); after ``last_date`` it is shown to
    nobody until somebody has looked at it again."""

    personal_data = NO_PERSONAL_DATA

    question = models.CharField(pgettext_lazy("feedback", "question"), max_length=200)
    answer = models.TextField(pgettext_lazy("feedback", "answer"), max_length=2000)
    source = models.CharField(pgettext_lazy("feedback", "source"), max_length=200)
    category = models.CharField(_("about"), max_length=12, choices=CATEGORY_LABELS)
    last_date = models.DateField(_("last valid day"))
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=STATE_LABELS, default=ArticleState.DRAFT)
    bigrams = ArrayField(models.CharField(max_length=12), default=list)
    digest = models.CharField(max_length=64, blank=True, default="")
    findings = models.JSONField(default=list)
    from_case = models.BigIntegerField(null=True)
    helped = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = ArticleQuerySet.as_manager()

    class Meta:
        indexes = (GinIndex(fields=("bigrams",), name="feedback_article_bigrams"),)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state=ArticleState.APPROVED)
                | (models.Q(approved_by__isnull=False) & ~models.Q(approved_by=models.F("written_by"))),
                name="feedback_article_approved_by_another",
            ),
        )

    def __str__(self) -> str:
        return self.question

    @property
    def colour(self) -> str:
        return STATE_COLOURS[ArticleState(self.state)]
