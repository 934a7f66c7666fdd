"""The plan of a campaign, as its marketers edit it. What is reviewed and sent is the frozen dossier."""

from datetime import time
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiqun.campaigns.words import COLOURS, ConversionKind, Duty, Kind, Metric, OfferFor, State
from huiqun.delivery.rules.orders import USUAL_PRIORITY, Closed
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet

ON_QUIET = (
    (Closed.HOLD.value, _("wait until they end")),
    (Closed.DROP.value, _("drop what falls into them")),
)
ON_HOLIDAYS = (
    (Closed.SEND.value, _("send as on any day")),
    (Closed.HOLD.value, _("wait until they end")),
    (Closed.DROP.value, _("drop what falls into them")),
)


class CampaignQuerySet(ScopedQuerySet):
    def due(self, now: Any) -> "CampaignQuerySet":
        """Approved, and its time has come and not gone."""
        return self.filter(state=State.APPROVED, start_at__lte=now, end_at__gt=now)


class Campaign(models.Model):
    """营销活动"""

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ACTIVATE)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    owner = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+", verbose_name=_("owner"))
    playbook = models.CharField(max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.PLANNING)
    edition = models.PositiveIntegerField(default=1)

    budget_fen = models.BigIntegerField(_("budget"), default=0)
    start_at = models.DateTimeField(_("start"), null=True, blank=True)
    end_at = models.DateTimeField(_("end"), null=True, blank=True)
    product_code = models.CharField(_("product"), max_length=40, blank=True)

    audience_version = models.ForeignKey(
        "audiences.AudienceVersion", models.PROTECT, null=True, related_name="+"
    )
    control_share = models.PositiveIntegerField(_("control group"), default=1_000)
    channels = models.JSONField(_("channels, in order of preference"), default=list)
    quiet_from = models.TimeField(_("quiet from"), default=time(21, 0))
    quiet_until = models.TimeField(_("quiet until"), default=time(9, 0))
    deadline_days = models.PositiveSmallIntegerField(_("drop what is late after (days)"), default=3)
    cap_count = models.PositiveSmallIntegerField(_("at most (messages)"), default=2)
    cap_days = models.PositiveSmallIntegerField(_("within (days)"), default=7)
    topic_cap_count = models.PositiveSmallIntegerField(null=True)
    topic_cap_days = models.PositiveSmallIntegerField(null=True)
    overall_cap_count = models.PositiveSmallIntegerField(null=True)
    overall_cap_days = models.PositiveSmallIntegerField(null=True)

    priority = models.PositiveSmallIntegerField(_("priority"), default=USUAL_PRIORITY)
    on_quiet = models.CharField(
        _("in quiet hours"), max_length=10, choices=ON_QUIET, default=Closed.HOLD.value
    )
    on_holidays = models.CharField(
        _("on public holidays"), max_length=10, choices=ON_HOLIDAYS, default=Closed.SEND.value
    )

    links = models.JSONField(_("links and UTM"), default=dict, blank=True)
    """Further places that messages lead to, as ``campaigns.links.LinkPlan`` keeps them."""

    page_title = models.CharField(_("page title"), max_length=60, blank=True)
    page_body = models.TextField(_("page text"), max_length=4_000, blank=True)
    benefit_id = models.BigIntegerField(null=True)

    conversion_kind = models.CharField(
        _("conversion"), max_length=20, choices=ConversionKind.choices, default=ConversionKind.SUBSCRIBE
    )
    conversion_product_kind = models.CharField(_("of product kind"), max_length=30, blank=True)
    window_days = models.PositiveSmallIntegerField(_("attribution window (days)"), default=30)

    offer_for = models.CharField(
        _("offer goes to"), max_length=20, choices=OfferFor.choices, default=OfferFor.INVITED
    )
    is_prize_draw = models.BooleanField(_("prize draw"), default=False)
    top_prize_fen = models.BigIntegerField(_("top prize"), null=True, blank=True)
    stakes_something = models.BooleanField(_("stakes money or points"), default=False)
    referral_levels = models.PositiveSmallIntegerField(_("levels of referral rewards"), default=0)
    referral_cap = models.PositiveSmallIntegerField(_("referral rewards per person"), null=True, blank=True)
    is_charged_later = models.BooleanField(_("charged afterwards"), default=False)
    video_seconds = models.PositiveIntegerField(_("length of the video"), null=True, blank=True)
    permission_ids = models.JSONField(_("permissions for its material"), default=list, blank=True)
    """Of the register: consents to portraits, licences of material, contracts with promoters."""

    snapshot_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    is_historical = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = CampaignQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("state", "start_at"), name="campaign_due"),)
        constraints = (
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="campaign_ends_after_start"),
            models.CheckConstraint(
                condition=Q(control_share__lte=5_000), name="campaign_control_at_most_half"
            ),
            models.CheckConstraint(condition=Q(budget_fen__gte=0), name="campaign_budget_not_negative"),
            models.CheckConstraint(
                condition=Q(top_prize_fen__isnull=True) | Q(top_prize_fen__gte=0),
                name="campaign_top_prize_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The name under which other domains know this campaign."""
        return f"campaign:{self.pk}"

    @property
    def colour(self) -> str:
        return COLOURS[State(self.state)]

    @property
    def is_editable(self) -> bool:
        return self.state in {State.PLANNING, State.IN_REVIEW, State.APPROVED} and not self.is_historical


class Variant(models.Model):
    """文案版本: words for one channel; customers are spread over a channel's variants by weight."""

    personal_data = NO_PERSONAL_DATA

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="variants")
    key = models.SlugField(max_length=20)
    channel = models.CharField(_("channel"), max_length=20)
    weight = models.PositiveSmallIntegerField(_("share (%)"), default=100)
    title = models.CharField(_("mail subject"), max_length=100, blank=True)
    body = models.TextField(_("text"), max_length=4_000)

    class Meta:
        ordering = ("channel", "key")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "key"), name="variant_key_once"),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100), name="variant_weight_is_percent"
            ),
        )


class TeamMember(models.Model):
    personal_data = NO_PERSONAL_DATA

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="team")
    staff = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    duty = models.CharField(max_length=20, choices=Duty.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("campaign", "staff", "duty"), name="team_duty_once"),)


class KpiTarget(models.Model):
    """``target`` in ten-thousandths: 200 is 2 %."""

    personal_data = NO_PERSONAL_DATA

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="targets")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    target = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("campaign", "metric"), name="target_once"),)


class Author(models.Model):
    """Who has had a hand in a campaign: never among its reviewers."""

    personal_data = PersonalData(
        fields={"staff": "pseudonym"}, erasure="keep: the bank must be able to show who wrote what was sent"
    )

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="authors")
    staff = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("campaign", "staff"), name="author_once"),)
