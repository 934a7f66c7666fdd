"""Channel accounts: where messages leave the bank, and how fast."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.delivery.rules.doubt import ON_DOUBT_WORDS, BreakerState, OnDoubt
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField
from huiqun.lib.channels import Channel

ON_DOUBT_CHOICES = tuple((key.value, _(words)) for key, words in ON_DOUBT_WORDS.items())


class ChannelAccount(models.Model):
    """An account at a gateway or mail server. Its secret can be written, never read back on a page."""

    personal_data = PersonalData(
        fields={"secret": "encrypted"}, erasure="keep: it is the bank's own secret, not a person's"
    )

    name = models.CharField(_("name"), max_length=80, unique=True)
    channel = models.CharField(
        _("channel"),
        max_length=20,
        choices=((Channel.SMS.value, _("SMS")), (Channel.EMAIL.value, _("E-mail"))),
    )
    driver = models.CharField(_("protocol"), max_length=40)
    config = models.JSONField(_("settings"), default=dict)
    secret = EncryptedField(null=True)
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    rate_per_second = models.PositiveIntegerField(_("messages per second"), default=50)
    on_doubt = models.CharField(
        _("when an answer is lost for good"),
        max_length=10,
        choices=ON_DOUBT_CHOICES,
        default=OnDoubt.LOSS,
        db_default=OnDoubt.LOSS.value,
    )
    soft_bounces = models.PositiveSmallIntegerField(
        _("undelivered messages until a contact is suppressed"), default=3, db_default=3
    )
    soft_bounce_days = models.PositiveSmallIntegerField(_("within so many days"), default=30, db_default=30)
    enabled = models.BooleanField(_("enabled"), default=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rate_per_second__gt=0), name="delivery_rate_is_positive"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Breaker(models.Model):
    """Whether an account answers: closed (it does), open (it does not; leave it alone until ``retry_at``), half
    open (somebody tries with one message). Shared by all workers on all machines."""

    personal_data = NO_PERSONAL_DATA

    account = models.OneToOneField(ChannelAccount, models.CASCADE, primary_key=True, related_name="+")
    state = models.CharField(
        max_length=10, default=BreakerState.CLOSED, choices=[(s.value, s.value) for s in BreakerState]
    )
    troubles = models.PositiveIntegerField(default=0)
    times = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    since_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)


class RateBucket(models.Model):
    """Tokens of an account, shared by all workers on all machines; one conditional UPDATE takes some."""

    personal_data = NO_PERSONAL_DATA

    account = models.OneToOneField(ChannelAccount, models.CASCADE, primary_key=True, related_name="+")
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField()


class GatewayNonce(models.Model):
    """Nonces of signed requests from gateways, kept while their signature would still be accepted."""

    personal_data = NO_PERSONAL_DATA

    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "nonce"), name="delivery_nonce_once"),)
        indexes = (models.Index(fields=("received_at",), name="delivery_nonce_age"),)
