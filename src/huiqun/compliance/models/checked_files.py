"""Posters, screenshots and film scripts that were given to be checked."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet


class FileKind(models.TextChoices):
    PICTURE = "picture", _("Picture")
    SCRIPT = "script", _("Film script or subtitles")


class FileState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("checked file", "Being read")
    READ = "read", pgettext_lazy("checked file", "Read")
    FAILED = "failed", pgettext_lazy("checked file", "Could not be read")


class CheckedFile(models.Model):
    """送检文件. ``marks`` says where each character of ``text`` stands: boxes in a picture, titles of a film.

    ``content`` is the picture itself without what its file noted of place and time; it is dropped after
    its time, when ``digest`` still tells whether a poster is the one that was checked.
    """

    personal_data = PersonalData(fields={"content": "plain", "text": "plain"}, erasure="delete")

    kind = models.CharField(max_length=10, choices=FileKind.choices)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    channel = models.CharField(max_length=20)
    product_kind = models.CharField(max_length=30)
    product_risk = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.WAITING)
    text = models.TextField(blank=True)
    marks: Any = models.JSONField(default=dict)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    given_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("given_at",), name="checked_file_given"),)

    def __str__(self) -> str:
        return self.file_name
