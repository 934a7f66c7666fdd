"""Keys by which the bank's own programs come in, and what they have done once already."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet


class ApiKey(models.Model):
    """接口密钥. Only the digest of its secret half is kept; ``scopes`` is all it opens, and it acts for
    ``branch`` and those below, as far as ``made_by`` may. It opens nothing until ``allowed_at``.
    ``minute`` and ``calls`` count against ``per_minute``."""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    per_minute = models.PositiveIntegerField(default=600)
    made_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    allowed_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    allowed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    calls = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and self.allowed_at is not None and self.expires_at > now


class ApiCall(models.Model):
    """What a program asked to be done under an Idempotency-Key, and the answer it got. Kept for two days: the
    same call again gets the same answer and does nothing."""

    personal_data = PersonalData(
        fields={"answer": "pseudonym"}, erasure="keep: holds surrogate ids, for two days only"
    )

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+", db_index=False)
    idempotency_key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("api_key", "idempotency_key"), name="api_call_once"),)
        indexes = (models.Index(fields=("at",), name="api_call_age"),)
