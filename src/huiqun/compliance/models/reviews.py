"""Dossiers, the steps they go through, the configured chain, and deputies."""

import hashlib
import json
from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.compliance.rules.chain import LEAST, ChainLine
from huiqun.compliance.rules.reviews import DossierAltered, DossierFacts, StepFacts
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.foundation.scope import ScopedQuerySet, within

REVIEW_ROLES = (*REVIEWERS, Role.RISK_OFFICER)
"""Roles that may hold a step of the chain."""
NEVER_REVIEW = (Role.ADMINISTRATOR, Role.AUDITOR)
"""Whoever grants roles, or judges afterwards, decides nothing."""


def reviewing_roles(staff: Any) -> frozenset[str]:
    """Roles in which the person may decide steps; none for an administrator or auditor."""
    roles: frozenset[str] = staff.role_set
    return roles & frozenset(REVIEW_ROLES) if roles.isdisjoint(NEVER_REVIEW) else frozenset()


class DossierState(models.TextChoices):
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    VOIDED = "voided", _("Voided")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def colour(self) -> str:
        return {"in_review": "blue", "returned": "red", "approved": "green", "withdrawn": "grey"}.get(
            self, "gold"
        )


class StepState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("step", "Waiting")
    OPEN = "open", _("To be decided")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")


class DossierQuerySet(ScopedQuerySet):
    def latest_of(self, subject: str) -> "Dossier | None":
        return self.filter(subject=subject).order_by("-version").first()


class Dossier(models.Model):
    """送审件: one version of a subject, frozen. ``frozen`` is the canonical JSON whose SHA-256 is ``digest``;
    a trigger refuses to change either, or the authors (migration 0002)."""

    personal_data = NO_PERSONAL_DATA

    subject = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    frozen = models.TextField()
    digest = models.CharField(max_length=64)
    submitted_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    author_ids = ArrayField(models.BigIntegerField())
    judged_on = models.DateField(null=True)
    """The day by whose law it was judged; none for dossiers that were submitted before this was kept."""
    rulebook_version = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=12, choices=DossierState.choices, default=DossierState.IN_REVIEW)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.TextField(blank=True)

    objects: ClassVar[Any] = DossierQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "version"), name="dossier_version_once"),
            models.UniqueConstraint(
                fields=("subject",), condition=Q(state__in=("in_review", "approved")), name="one_live_dossier"
            ),
        )
        indexes = (
            models.Index(fields=("digest",), name="dossier_digest"),
            models.Index(fields=("state", "-id"), name="dossier_state"),
        )

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    @property
    def body(self) -> dict[str, Any]:
        """The frozen body. :raises DossierAltered when it no longer fits the digest"""
        if hashlib.sha256(self.frozen.encode()).hexdigest() != self.digest:
            raise DossierAltered()
        body: dict[str, Any] = json.loads(self.frozen)
        return body

    def facts(self) -> DossierFacts:
        decided = self.steps.filter(decided_by__isnull=False).values_list("decided_by_id", "acting_for_id")
        hands = frozenset(person for pair in decided for person in pair if person)
        return DossierFacts(
            state=self.state, digest=self.digest, author_ids=frozenset(self.author_ids), hands=hands
        )


class ReviewStepQuerySet(ScopedQuerySet):
    branch_field = "dossier__branch"

    def held_by(self, staff: Any, *, on: date) -> "ReviewStepQuerySet":
        """Steps that the person may look at as reviewer: by an own role, or as someone's deputy on ``on``."""
        holds = Q(pk__in=())
        if staff.branch is not None:
            holds |= Q(role__in=reviewing_roles(staff)) & within(staff.branch.path, self.branch_field)
        deputies = Deputy.objects.standing(on=on) if reviewing_roles(staff) else Deputy.objects.none()
        for deputy in deputies.filter(deputy=staff).select_related("principal__branch"):
            if deputy.principal.branch is not None and deputy.role in reviewing_roles(deputy.principal):
                holds |= Q(role=deputy.role) & within(deputy.principal.branch.path, self.branch_field)
        return self.filter(holds)

    def decidable_by(self, staff: Any, *, on: date) -> "ReviewStepQuerySet":
        """Open steps that the person may decide: held, not an author, no hand in this version yet."""
        touched = ReviewStep.objects.filter(Q(decided_by=staff) | Q(acting_for=staff)).values("dossier_id")
        return (
            self.held_by(staff, on=on)
            .filter(state=StepState.OPEN, dossier__state=DossierState.IN_REVIEW)
            .exclude(dossier__author_ids__contains=[staff.pk])
            .exclude(dossier_id__in=touched)
        )


class ReviewStep(models.Model):
    """One step of one dossier. ``version`` grows with each change, so that a stale page is noticed."""

    personal_data = NO_PERSONAL_DATA

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=30, choices=Role.choices)
    working_days = models.PositiveSmallIntegerField(default=1)
    checklist = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    state = models.CharField(max_length=12, choices=StepState.choices, default=StepState.WAITING)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True)

    objects: ClassVar[Any] = ReviewStepQuerySet.as_manager()

    class Meta:
        ordering = ("dossier", "position")
        constraints = (
            models.UniqueConstraint(fields=("dossier", "position"), name="step_position_once"),
            models.UniqueConstraint(fields=("dossier", "decided_by"), name="one_person_one_step"),
            models.UniqueConstraint(
                fields=("dossier",), condition=Q(state="open"), name="one_open_step_per_dossier"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "returned"))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_step_names_its_person",
            ),
        )
        indexes = (models.Index(fields=("due_at",), condition=Q(state="open"), name="open_step_due"),)

    def facts(self) -> StepFacts:
        return StepFacts(state=self.state, version=self.version, role=self.role)


class ChainStepQuerySet(ScopedQuerySet):
    def visible_to(self, staff: Any) -> "ChainStepQuerySet":
        """The bank's own steps, and those of branches within scope."""
        if staff.branch is None:
            return self.none()
        return self.filter(within(staff.branch.path) | Q(branch__isnull=True))


class ChainStep(models.Model):
    """One line of the configured chain. ``least`` marks the three that are always there."""

    personal_data = NO_PERSONAL_DATA

    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    working_days = models.PositiveSmallIntegerField(_("working days"), default=1)
    min_budget_fen = models.BigIntegerField(_("from this budget"), null=True, blank=True)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, null=True, blank=True, related_name="+")
    checklist = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    least = models.BooleanField(default=False, editable=False)
    enabled = models.BooleanField(_("enabled"), default=True)

    objects: ClassVar[Any] = ChainStepQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(least=False)
                | Q(role__in=LEAST, enabled=True, min_budget_fen__isnull=True, branch__isnull=True),
                name="least_step_is_unconditional",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def line(self) -> ChainLine:
        return ChainLine(
            name=self.name,
            role=self.role,
            working_days=self.working_days,
            least=self.least,
            enabled=self.enabled,
            min_budget_fen=self.min_budget_fen,
            branch_id=self.branch_id,
            checklist=tuple(self.checklist),
        )


class DeputyQuerySet(ScopedQuerySet):
    branch_field = "principal__branch"

    def standing(self, *, on: date) -> "DeputyQuerySet":
        return self.filter(
            start_date__lte=on, end_date__gt=on, dismissed_at__isnull=True, principal__is_active=True
        )


class Deputy(models.Model):
    """代理人: who decides in ``principal``'s place in one role, from ``start_date`` until before ``end_date``."""

    personal_data = NO_PERSONAL_DATA

    principal = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    deputy = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, choices=Role.choices)
    start_date = models.DateField()
    end_date = models.DateField()
    dismissed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = DeputyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="deputy_is_another_person"),
            models.CheckConstraint(condition=Q(end_date__gt=F("start_date")), name="deputy_period"),
        )
