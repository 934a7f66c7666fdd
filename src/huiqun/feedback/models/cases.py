"""What customers come with, and everything that was said about it."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.feedback.rules.cases import (
    CaseState,
    Category,
    Clock,
    EntryKind,
    Kind,
    answer_clock,
    decision_clock,
)
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField

KEPT = "keep: the bank must be able to show how it handled a complaint"
KIND_LABELS = {
    Kind.QUESTION: pgettext_lazy("case", "Question"),
    Kind.SUGGESTION: _("Suggestion"),
    Kind.COMPLAINT: _("Complaint"),
}
KIND_COLOURS = {Kind.QUESTION: "blue", Kind.SUGGESTION: "cyan", Kind.COMPLAINT: "red"}
CATEGORY_LABELS = {
    Category.MESSAGES: _("Marketing messages"),
    Category.BENEFITS: _("Benefits and prizes"),
    Category.ACTIVITIES: _("Activities and groups"),
    Category.PRODUCTS: _("Products and returns"),
    Category.FEES: _("Fees and rates"),
    Category.COUNTER: _("Service at the counter"),
    Category.STAFF: _("Conduct of staff"),
    Category.APP: _("App and online banking"),
    Category.PRIVACY: _("Use of personal data"),
    Category.OTHER: _("Something else"),
}
STATE_LABELS = {
    CaseState.NEW: pgettext_lazy("case", "New"),
    CaseState.WORKING: pgettext_lazy("case", "Being handled"),
    CaseState.ANSWERED: pgettext_lazy("case", "Answered"),
    CaseState.CLOSED: pgettext_lazy("matter", "Closed"),
}
STATE_COLOURS = {
    CaseState.NEW: "gold",
    CaseState.WORKING: "blue",
    CaseState.ANSWERED: "cyan",
    CaseState.CLOSED: "grey",
}
CLOCK_LABELS = {
    Clock.RUNNING: pgettext_lazy("clock", "In time"),
    Clock.SOON: pgettext_lazy("clock", "Soon due"),
    Clock.LATE: pgettext_lazy("clock", "Overdue"),
    Clock.MET: pgettext_lazy("clock", "Kept"),
    Clock.MISSED: pgettext_lazy("clock", "Missed"),
}
CLOCK_COLOURS = {
    Clock.RUNNING: "blue",
    Clock.SOON: "gold",
    Clock.LATE: "red",
    Clock.MET: "green",
    Clock.MISSED: "red",
}
ENTRY_LABELS = {
    EntryKind.CUSTOMER: pgettext_lazy("entry", "The customer"),
    EntryKind.ANSWER: pgettext_lazy("entry", "Answer to the customer"),
    EntryKind.NOTE: pgettext_lazy("entry", "Note among colleagues"),
    EntryKind.HANDED_OVER: pgettext_lazy("entry", "Handed over"),
    EntryKind.EXTENDED: pgettext_lazy("entry", "More time"),
}


class CaseQuerySet(ScopedQuerySet):
    pass


class Case(models.Model):
    """客户来件: a question, a suggestion or a complaint, with its clocks.

    ``began_at`` is when the clock of the answer began: with the case, and again with the customer's next words.
    ``answered_at`` is the answer to the last words; ``late_answers`` counts those that came too late.
    """

    personal_data = PersonalData(fields={"customer": "pseudonym", "words": "encrypted"}, erasure=KEPT)

    kind = models.CharField(_("kind"), max_length=12, choices=KIND_LABELS)
    category = models.CharField(_("about"), max_length=12, choices=CATEGORY_LABELS)
    state = models.CharField(_("state"), max_length=10, choices=STATE_LABELS, default=CaseState.NEW)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    words = EncryptedField()
    source = models.CharField(max_length=20, default="app")
    regards = models.CharField(max_length=40, blank=True, default="")
    assigned_to = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    began_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    decide_due_date = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answers = models.PositiveSmallIntegerField(default=0)
    late_answers = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True)

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=CaseState.CLOSED)
                | (Q(answered_at__isnull=False) & Q(closed_at__isnull=False)),
                name="feedback_case_closed_only_answered",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="feedback_case_rating_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.COMPLAINT, decide_due_date__isnull=False)
                | (~Q(kind=Kind.COMPLAINT) & Q(decide_due_date__isnull=True)),
                name="feedback_complaint_has_regulators_clock",
            ),
        )
        indexes = (
            models.Index(fields=("branch", "-id"), name="feedback_case_branch"),
            models.Index(fields=("customer", "-id"), name="feedback_case_customer"),
            models.Index(fields=("answer_due_at",), condition=~Q(state="closed"), name="feedback_case_due"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As customers and colleagues name it."""
        return f"{ {'question': 'Q', 'suggestion': 'S', 'complaint': 'C'}[self.kind] }{self.pk:06d}"

    @property
    def colour(self) -> str:
        return STATE_COLOURS[CaseState(self.state)]

    @property
    def kind_colour(self) -> str:
        return KIND_COLOURS[Kind(self.kind)]

    def clock_of_answer(self, now: datetime) -> Clock:
        return answer_clock(
            began_at=self.began_at, due_at=self.answer_due_at, answered_at=self.answered_at, now=now
        )

    def clock_of_decision(self, today: date) -> Clock | None:
        return decision_clock(due=self.decide_due_date, closed_at=self.closed_at, today=today)


class CaseEntry(models.Model):
    """One thing said or done in a case. Only ``CUSTOMER``, ``ANSWER`` and ``EXTENDED`` are the customer's to see."""

    personal_data = PersonalData(fields={"customer": "pseudonym", "words": "encrypted"}, erasure=KEPT)

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ENTRY_LABELS)
    words = EncryptedField()
    article = models.ForeignKey("feedback.Article", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("case", "id"), name="feedback_entry_case"),)
