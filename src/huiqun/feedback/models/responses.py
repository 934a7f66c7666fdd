"""Who was asked, and what was answered."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from huiqun.feedback.models.surveys import Survey, SurveyVersion
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField


class ResponseQuerySet(ScopedQuerySet):
    branch_field = "survey__branch"


class SurveyResponse(models.Model):
    """One customer's answers to one request ("app", "case:8", "activity:5", "interview:3"), begun when the first page
    is saved; ``version`` is None until then, and ``asked_until`` is set when somebody asked for it.

    ``branch_id``, and what else groups people, is looked up when results are read.
    """

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="anonymise")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses")
    version = models.ForeignKey(SurveyVersion, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    source = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    asked_until = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    last_key = models.CharField(max_length=10, blank=True, default="")
    completed_at = models.DateTimeField(null=True)
    by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = ResponseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("survey", "customer", "source"), name="feedback_response_once"),
            models.CheckConstraint(
                condition=Q(began_at__isnull=True) | Q(version__isnull=False),
                name="feedback_response_begun_has_version",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(began_at__isnull=False),
                name="feedback_response_done_was_begun",
            ),
        )
        indexes = (
            models.Index(fields=("customer", "-id"), name="feedback_response_customer"),
            models.Index(fields=("survey", "version"), name="feedback_response_version"),
        )


class SurveyAnswer(models.Model):
    """One choice of one response: counted by question, row and choice. What leads to no answer is a row as well
    (``choice`` ""): the question was passed."""

    personal_data = PersonalData(fields={"customer_id": "pseudonym"}, erasure="anonymise")

    response = models.ForeignKey(SurveyResponse, models.CASCADE, related_name="answers")
    customer_id = models.BigIntegerField()
    question = models.CharField(max_length=10)
    row = models.CharField(max_length=10, blank=True, default="")
    choice = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("response", "question", "row", "choice"), name="feedback_answer_once"
            ),
        )


class SurveyText(models.Model):
    """What somebody wrote in their own words."""

    personal_data = PersonalData(fields={"customer_id": "pseudonym", "words": "encrypted"}, erasure="delete")

    response = models.ForeignKey(SurveyResponse, models.CASCADE, related_name="texts")
    customer_id = models.BigIntegerField()
    question = models.CharField(max_length=10)
    words = EncryptedField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("response", "question"), name="feedback_text_once"),)


class SurveyShowing(models.Model):
    """A day on which the app offered a customer a survey by itself: what its cap counts."""

    personal_data = PersonalData(fields={"customer_id": "pseudonym"}, erasure="delete")

    customer_id = models.BigIntegerField()
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    on_date = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("customer_id", "survey", "on_date"), name="feedback_showing_once_a_day"
            ),
        )
        indexes = (models.Index(fields=("customer_id", "-on_date"), name="feedback_showing_days"),)
