"""What people of the bank have to look at, what they decided, and who objected."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.communities.models.groups import Group
from huiqun.communities.models.members import OfGroup
from huiqun.communities.models.posts import Comment, Placement, Post
from huiqun.communities.rules.kinds import AppealState, Decision, Measure, ReportReason
from huiqun.foundation.personal_data import PersonalData

DECISION_LABELS = {
    Decision.PUBLISH: pgettext_lazy("decision", "Show it"),
    Decision.MASK: pgettext_lazy("decision", "Show it with the marked words made unreadable"),
    Decision.HIDE: pgettext_lazy("decision", "Hide it"),
    Decision.REMOVE: pgettext_lazy("decision", "Remove it"),
}
MEASURE_LABELS = {
    Measure.NONE: _("Nothing more"),
    Measure.WARN: _("Warn the author"),
    Measure.MUTE: _("Let the author only read for seven days"),
    Measure.EXPEL: _("Expel the author from the group"),
}
REASON_LABELS = {
    ReportReason.FRAUD: _("Fraud or an impostor"),
    ReportReason.ADVERT: _("Advertising"),
    ReportReason.ABUSE: _("Insults"),
    ReportReason.PRIVACY: _("Somebody's personal data"),
    ReportReason.UNTRUE: _("Untrue"),
    ReportReason.OTHER: _("Something else"),
}
APPEAL_LABELS = {
    AppealState.NONE: "",
    AppealState.ASKED: _("Objection waits"),
    AppealState.UPHELD: _("Decision stands"),
    AppealState.OVERTURNED: _("Decision taken back"),
}


class Case(models.Model):
    """待审内容: one post or comment about which a person decides. ``findings`` are as the rulebook gave them."""

    personal_data = PersonalData(
        fields={"customer": "pseudonym", "appeal_words": "plain"}, erasure="anonymise"
    )

    group = models.ForeignKey(Group, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    placement = models.ForeignKey(Placement, models.CASCADE, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    """Whose words they are."""
    findings = models.JSONField(default=list)
    reasons = ArrayField(models.CharField(max_length=20), default=list)
    """Why it is here besides findings: ``before``, ``link``, ``hidden``, ``report:fraud`` …"""
    reports = models.PositiveIntegerField(default=0)
    grave = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=10, choices=DECISION_LABELS, blank=True)
    measure = models.CharField(max_length=10, choices=MEASURE_LABELS, blank=True)
    why = models.CharField(max_length=300, blank=True)
    rules_cited = ArrayField(models.CharField(max_length=20), default=list)
    appeal = models.CharField(max_length=10, choices=APPEAL_LABELS, blank=True)
    appeal_words = models.CharField(max_length=300, blank=True)
    appealed_at = models.DateTimeField(null=True)
    appeal_decided_at = models.DateTimeField(null=True)
    appeal_decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    appeal_why = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = OfGroup.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(post__isnull=False) | Q(comment__isnull=False), name="case_is_about_something"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decision="")
                | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="case_decided_with_a_decision",
            ),
            models.UniqueConstraint(
                fields=("post",),
                condition=Q(decided_at__isnull=True, comment__isnull=True),
                name="case_open_of_post",
            ),
            models.UniqueConstraint(
                fields=("comment",), condition=Q(decided_at__isnull=True), name="case_open_of_comment"
            ),
        )
        indexes = (
            models.Index(fields=("group", "-id"), condition=Q(decided_at__isnull=True), name="case_open"),
            models.Index(fields=("group", "-id"), name="case_of_group"),
            models.Index(fields=("appeal",), condition=Q(appeal="asked"), name="case_appealed"),
        )


class Report(models.Model):
    """举报: one person's report of one thing, once."""

    personal_data = PersonalData(fields={"customer": "pseudonym", "words": "plain"}, erasure="delete")

    case = models.ForeignKey(Case, models.CASCADE, related_name="told")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=REASON_LABELS)
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "customer"), name="report_once"),)
