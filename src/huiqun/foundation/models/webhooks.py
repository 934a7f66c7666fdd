"""Webhooks: facts told to other systems, and events that other systems tell us of."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField

BANKS_OWN_SECRET = PersonalData(
    fields={"secret": "encrypted", "old_secret": "encrypted"},
    erasure="keep: they are secrets of systems, not of a person",
)


class TwoSecrets(models.Model):
    """A secret, and the one before it, which is good for a while longer."""

    secret = EncryptedField(null=True)
    old_secret = EncryptedField(null=True)
    old_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Those that are good now, the new one first."""
        old = self.old_secret if self.old_until and self.old_until > now else ""
        return tuple(each for each in (self.secret, old) if each)


class WebhookEndpoint(TwoSecrets):
    """推送端点. Where facts of ``kinds`` about ``branch`` and those below are told. (``xid``, ``fact_id``) is how far it has
    been served. While ``rest_until`` lies ahead it is left alone; ``troubles`` counts failures in a row."""

    personal_data = BANKS_OWN_SECRET

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("web address"), max_length=300)
    kinds = ArrayField(models.CharField(max_length=80))
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    made_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    xid = models.BigIntegerField(default=0)
    fact_id = models.BigIntegerField(default=0)
    troubles = models.PositiveIntegerField(default=0)
    rests = models.PositiveSmallIntegerField(default=0)
    rest_until = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One fact for one endpoint, until it has been taken or given up. ``next_at`` is also the lease of whoever is
    sending it: when that has passed, another may."""

    personal_data = NO_PERSONAL_DATA

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        DEAD = "dead", _("Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="+", db_index=False)
    fact_id = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    code = models.CharField(max_length=60, blank=True)
    last_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("endpoint", "fact_id"), name="webhook_fact_once"),)
        indexes = (
            models.Index(
                fields=("endpoint", "next_at", "id"),
                condition=Q(state="waiting"),
                name="webhook_waiting",
            ),
            models.Index(fields=("endpoint", "-id"), name="webhook_newest"),
            models.Index(fields=("endpoint", "-id"), condition=Q(state="dead"), name="webhook_dead"),
            models.Index(fields=("last_at",), condition=~Q(state="waiting"), name="webhook_age"),
        )


class WebhookSource(TwoSecrets):
    """事件来源. A system that may tell us of events of ``kinds`` about customers of ``branch`` and those below."""

    personal_data = BANKS_OWN_SECRET

    name = models.CharField(_("name"), max_length=80)
    kinds = ArrayField(models.CharField(max_length=80))
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    per_minute = models.PositiveIntegerField(_("calls a minute"), default=600)
    minute = models.DateTimeField(null=True)
    calls = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class WebhookMessage(models.Model):
    """收到的事件. What a source told us. ``body`` is kept until it has been taken in or refused, and then emptied."""

    personal_data = PersonalData(fields={"body": "encrypted"}, erasure="delete")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TAKEN = "taken", _("Taken in")
        REFUSED = "refused", _("Refused")

    source = models.ForeignKey(WebhookSource, models.CASCADE, related_name="+", db_index=False)
    message_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=80, blank=True)
    body = EncryptedField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "message_id"), name="webhook_message_once"),)
        indexes = (
            models.Index(fields=("source", "-id"), name="webhook_message_newest"),
            models.Index(fields=("id",), condition=Q(state="waiting"), name="webhook_message_waiting"),
            models.Index(fields=("received_at",), name="webhook_message_age"),
        )
