"""What quests, draws and games have in common: they are written by one person, opened by another, and then stand."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet, covering


class PlayQuerySet(ScopedQuerySet):
    def open_at(self, now: datetime) -> "PlayQuerySet":
        return self.filter(opened_at__isnull=False, start_at__lte=now, end_at__gt=now)

    def for_branch(self, path: str) -> "PlayQuerySet":
        """Those of a customer's branch and of all above it, once they are opened."""
        return self.filter(covering(path), opened_at__isnull=False)


class Play(models.Model):
    """``words`` are the rules as customers read them; ``subject`` may name a campaign, whose stop then holds here."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=100)
    words = models.TextField(_("rules in words"))
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    subject = models.CharField(_("offered by"), max_length=80, blank=True)
    start_at = models.DateTimeField(_("begins"))
    end_at = models.DateTimeField(_("ends"))
    created_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    opened_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = PlayQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_opened(self) -> bool:
        return self.opened_at is not None

    def is_open(self, now: datetime) -> bool:
        return self.is_opened and self.start_at <= now < self.end_at
