"""Rules by which points are earned, and the days that were run."""

from dataclasses import fields
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.rules.earning import EarningKind, EarningState, EarningTerms
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet

EARNING_LABELS = {
    EarningKind.DEPOSITS: _("Deposits held"),
    EarningKind.WEALTH: _("Wealth products held"),
    EarningKind.SPENDING: _("Spending"),
    EarningKind.ACTIVITY: _("Activity in the app"),
}
EARNING_STATE_LABELS = {
    EarningState.DRAFT: _("Draft"),
    EarningState.SUBMITTED: pgettext_lazy("rule", "Under review"),
    EarningState.IN_FORCE: pgettext_lazy("rule", "In force"),
    EarningState.ENDED: pgettext_lazy("rule", "Ended"),
}
EARNING_STATE_COLOURS = {
    EarningState.DRAFT: "grey",
    EarningState.SUBMITTED: "gold",
    EarningState.IN_FORCE: "green",
    EarningState.ENDED: "grey",
}


class EarningRule(models.Model):
    """积分规则. "For every 10 yuan spent 1 point, double on Saturdays, at most 500 a day."

    Its terms are frozen under a digest from submission on. ``ended_on`` is the last day when it was ended early.
    """

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("what earns"), max_length=10, choices=EARNING_LABELS)
    codes = ArrayField(models.CharField(max_length=40), verbose_name=_("kinds that count"))
    points = models.PositiveIntegerField(_("points"))
    per = models.BigIntegerField(_("for every so much"))
    bonus_percent = models.PositiveSmallIntegerField(_("on special days (percent)"), default=100)
    bonus_weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    bonus_month_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    bonus_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    cap_day = models.PositiveIntegerField(_("at most a day"))
    cap_month = models.PositiveIntegerField(_("at most a month"), null=True, blank=True)
    keeps_months = models.PositiveSmallIntegerField(_("points keep for (months)"))
    first_date = models.DateField(pgettext_lazy("period", "first day"))
    last_date = models.DateField(pgettext_lazy("period", "last day"))
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=EARNING_STATE_LABELS, default=EarningState.DRAFT
    )
    author = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    submitter = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    approver = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    frozen_digest = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(last_date__gte=F("first_date")), name="earning_rule_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def as_terms(self) -> EarningTerms:
        values = {field.name: getattr(self, field.name) for field in fields(EarningTerms)}
        for name in ("codes", "bonus_weekdays", "bonus_month_days", "bonus_codes"):
            values[name] = tuple(values[name])
        return EarningTerms(**values | {"kind": EarningKind(self.kind)})

    def take(self, terms: EarningTerms) -> None:
        for field in fields(EarningTerms):
            value = getattr(terms, field.name)
            setattr(self, field.name, list(value) if isinstance(value, tuple) else value)


class EarningDay(models.Model):
    """What one rule gave for one day, and a digest of what it was given for: while the lake says the same, nothing
    is done again; when late transactions came in, the difference is given."""

    personal_data = NO_PERSONAL_DATA

    rule = models.ForeignKey(EarningRule, models.PROTECT, related_name="days")
    day = models.DateField()
    digest = models.CharField(max_length=64)
    customers = models.BigIntegerField(default=0)
    points = models.BigIntegerField(default=0)
    lake_version = models.BigIntegerField()
    run_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("rule", "day"), name="earning_day_once"),)
