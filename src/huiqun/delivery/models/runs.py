"""Runs and their recipients."""

import secrets
from datetime import time
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.delivery.rules.orders import USUAL_PRIORITY, Caps, ChannelPlan, Closed, VariantPlan
from huiqun.delivery.rules.states import RunState, State
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet

LIVE, IMPORTED = "live", "imported"


def run_key() -> str:
    """Makes idempotency keys unique across databases that share a gateway account."""
    return secrets.token_hex(6)


class Run(models.Model):
    """One step of one approved dossier, sent to one frozen audience."""

    personal_data = NO_PERSONAL_DATA

    key = models.CharField(max_length=16, default=run_key, unique=True, editable=False)
    subject = models.CharField(max_length=80)
    step = models.CharField(max_length=40, blank=True, db_default="")
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=20)
    product_kind = models.CharField(max_length=40, null=True)
    product_risk = models.PositiveSmallIntegerField(null=True)
    channels = models.JSONField(default=list)
    caps = models.JSONField(default=dict)
    quiet_start = models.TimeField(null=True)
    quiet_end = models.TimeField(null=True)
    topic = models.CharField(max_length=40, blank=True, default="", db_default="")
    priority = models.PositiveSmallIntegerField(default=USUAL_PRIORITY, db_default=USUAL_PRIORITY)
    on_quiet = models.CharField(max_length=10, default=Closed.HOLD.value, db_default=Closed.HOLD.value)
    on_holidays = models.CharField(max_length=10, default=Closed.SEND.value, db_default=Closed.SEND.value)
    deadline_at = models.DateTimeField(null=True)
    values = models.JSONField(default=dict)
    link_base = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10, default=LIVE)
    state = models.CharField(
        _("state"), max_length=20, default=RunState.GATING, choices=[(s.value, s.value) for s in RunState]
    )
    paused_because = models.CharField(max_length=80, blank=True)
    audience = models.BigIntegerField(default=0)
    tally = models.JSONField(default=dict)
    opened_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    gated_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "digest", "step"),
                condition=models.Q(source=LIVE),
                name="delivery_run_once",
            ),
        )
        indexes = (
            models.Index(fields=("subject", "-id"), name="delivery_run_subject"),
            models.Index(
                fields=("state",),
                condition=~models.Q(state=RunState.FINISHED),
                name="delivery_run_unfinished",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} #{self.pk}"

    @property
    def plans(self) -> tuple[ChannelPlan, ...]:
        return tuple(
            ChannelPlan(
                channel=plan["channel"],
                account_id=plan["account_id"],
                variants=tuple(VariantPlan(**variant) for variant in plan["variants"]),
            )
            for plan in self.channels
        )

    @property
    def limits(self) -> Caps:
        return Caps(**self.caps)

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        if self.quiet_start is None or self.quiet_end is None:
            return None
        return self.quiet_start, self.quiet_end

    @property
    def is_over(self) -> bool:
        return self.state == RunState.FINISHED


class Recipient(models.Model):
    """One person in one run, with one state and at most one reason.

    No foreign keys are enforced on these rows: they arrive by COPY, a million at a time, from
    snapshots and runs that are never deleted.

    No index names a column that sending changes, and more than half of each page is left free (migration 0010): so
    a message on its way from queued to sent touches its row alone and no index. An index over ``state``
    would make sending a third slower; who waits is found along (run, id).
    """

    personal_data = PersonalData(
        fields={"customer_id": "pseudonym"}, erasure="keep: proof of why somebody was or was not contacted"
    )

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    customer_id = models.BigIntegerField()
    branch = models.ForeignKey(
        "foundation.Branch",
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    arm = models.CharField(max_length=10, db_default="treatment")
    bucket = models.IntegerField(db_default=0)
    channel = models.CharField(max_length=20, db_default="")
    variant_key = models.CharField(max_length=40, db_default="")
    state = models.CharField(max_length=10, db_default=State.LISTED.value)
    reason = models.CharField(max_length=30, db_default="")
    failure = models.CharField(max_length=30, db_default="")
    failure_code = models.CharField(max_length=60, db_default="")
    not_before = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(db_default=0)
    lost_leases = models.PositiveSmallIntegerField(db_default=0)
    lease_by = models.UUIDField(null=True)
    is_counted = models.BooleanField(db_default=False)
    is_uncertain = models.BooleanField(db_default=False)
    marked_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    gateway_reference = models.CharField(max_length=60, db_default="")
    source = models.CharField(max_length=10, db_default=LIVE)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "customer_id"), name="delivery_recipient_once"),
            models.CheckConstraint(
                condition=models.Q(state=State.DROPPED) ^ models.Q(reason=""),
                name="delivery_dropped_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.FAILED) ^ models.Q(failure=""),
                name="delivery_failed_has_failure",
            ),
        )
        indexes = (
            models.Index(fields=("customer_id",), name="delivery_recipient_customer"),
            models.Index(fields=("run", "id"), name="delivery_recipient_order"),
        )

    @property
    def key(self) -> str:
        """The idempotency key: the same at every attempt."""
        return f"{self.run.key}-{self.pk}"


class Lease(models.Model):
    """A batch that a worker holds: the recipients of a run from ``first_id`` to ``last_id`` with this id in
    ``lease_by``. Whoever holds it renews ``until_at``; when that has passed, the batch is taken back.

    Kept for a while after it is done: what was accepted of late is how fast the run is.
    """

    personal_data = NO_PERSONAL_DATA

    id = models.UUIDField(primary_key=True)
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    channel = models.CharField(max_length=20)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    marked = models.IntegerField()
    accepted = models.IntegerField(db_default=0)
    began_at = models.DateTimeField()
    until_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("run", "began_at"), name="delivery_lease_run"),)


class RunPace(models.Model):
    """How fast a run may send, where somebody has set it: tokens as those of an account."""

    personal_data = NO_PERSONAL_DATA

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="+")
    per_second = models.PositiveIntegerField(_("messages per second"))
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField()
