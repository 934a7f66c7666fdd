"""Keys by which the bank's own programs come in."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet


class ApiKey(models.Model):
    """接口密钥. Only the digest of its secret half is kept; ``scopes`` is all it opens, and it acts for
    ``branch`` and those below. ``minute`` and ``calls`` count against ``per_minute``."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    per_minute = models.PositiveIntegerField(default=600)
    made_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    calls = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name
