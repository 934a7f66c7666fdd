"""What a person who works here should know, until they have read it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from huiqun.foundation.personal_data import NO_PERSONAL_DATA


class NoticeQuerySet(models.QuerySet[Any]):
    def of(self, staff: Any) -> "NoticeQuerySet":
        """A notice is one person's own: branch scope says nothing here."""
        return self.filter(staff=staff)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """通知. It tells of one fact: ``kind`` is the fact's, under which its words are registered, and ``values``
    fill them; they name no customer. ``mailed_at`` is when a mail was tried: never a second time."""

    personal_data = NO_PERSONAL_DATA

    staff = models.ForeignKey("foundation.Staff", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=80)
    values = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    fact_id = models.BigIntegerField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("staff", "fact_id"), name="notice_once"),)
        indexes = (
            models.Index(fields=("staff", "-id"), name="notice_of_staff"),
            models.Index(fields=("staff",), condition=Q(read_at__isnull=True), name="notice_unread"),
        )


class NoticeByMail(models.Model):
    """Who wants notices as mail too; without a row nobody is written to."""

    personal_data = NO_PERSONAL_DATA

    staff = models.OneToOneField("foundation.Staff", models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()
