"""What a door was sent, read and checked for form; what it means is the actions' matter."""

from dataclasses import replace
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiqun.benefits import queries as benefits
from huiqun.benefits.actions import BenefitKind, BenefitTerms
from huiqun.campaigns.models.campaign import ON_HOLIDAYS, ON_QUIET
from huiqun.campaigns.words import ConversionKind, Duty, Kind, Metric, OfferFor
from huiqun.delivery.rules.orders import USUAL_PRIORITY, Closed
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Channel
from huiqun.lib.days import BANK_ZONE

SENDING = [(Channel.SMS.value, _("SMS")), (Channel.EMAIL.value, _("E-mail"))]
BENEFIT_KINDS = [
    (BenefitKind.VOUCHER.value, _("Voucher")),
    (BenefitKind.TICKET.value, _("Ticket")),
    (BenefitKind.POINTS_COUPON.value, _("Points coupon")),
    (BenefitKind.GIFT.value, _("Gift")),
    (BenefitKind.SERVICE.value, _("Service")),
]


class LocalMoment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def line_of_copy() -> forms.TextInput:
    return forms.TextInput(attrs={"data-copy-part": True})


def text_of_copy(rows: int) -> forms.Textarea:
    """What the editor of copy takes hold of."""
    return forms.Textarea(attrs={"rows": rows, "data-copy-part": True, "spellcheck": "false"})


PLAN_SECTIONS = (
    (_("Goal and period"), ("name", "kind", "goal", "budget", "start_at", "end_at")),
    (
        _("How it is sent"),
        (
            "channels", "quiet_from", "quiet_until", "on_quiet", "on_holidays", "cap_count", "cap_days",
            "topic_cap_count", "topic_cap_days", "overall_cap_count", "overall_cap_days", "priority", "deadline_days",
            "control",
        ),
    ),
    (_("Product and conversion"), ("product_code", "conversion_kind", "conversion_product_kind", "window_days")),
    (
        _("Rules of the activity"),
        (
            "offer_for", "is_prize_draw", "top_prize", "stakes_something", "referral_levels", "referral_cap",
            "is_charged_later", "video_seconds", "permission_ids",
        ),
    ),
)  # fmt: skip


class NewCampaignForm(forms.Form):
    name = forms.CharField(label=_("Campaign name"), max_length=80)
    playbook = forms.CharField(required=False, widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """The plan's fields; money in yuan, the control group in percent."""

    name = forms.CharField(label=_("Campaign name"), max_length=80)
    kind = forms.ChoiceField(label=_("Campaign kind"), choices=Kind.choices)
    goal = forms.CharField(label=_("Goal"), max_length=300)
    budget = forms.DecimalField(label=_("Budget (yuan)"), min_value=0, decimal_places=2, max_digits=14)
    start_at = forms.DateTimeField(label=_("Starts at"), widget=LocalMoment)
    end_at = forms.DateTimeField(label=_("Ends at"), widget=LocalMoment)
    product_code = forms.ChoiceField(label=_("Product"), required=False)
    channels = forms.MultipleChoiceField(
        label=_("Channels, in order of preference"), choices=SENDING, widget=forms.CheckboxSelectMultiple
    )
    control = forms.DecimalField(label=_("Control group (%)"), min_value=0, max_value=50, decimal_places=2)
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=Clock, initial=time(21))
    quiet_until = forms.TimeField(label=_("Quiet until"), widget=Clock, initial=time(9))
    deadline_days = forms.IntegerField(label=_("Drop what is late after (days)"), min_value=1, max_value=30)
    cap_count = forms.IntegerField(label=_("At most (messages)"), min_value=1, max_value=30)
    cap_days = forms.IntegerField(label=_("within (days)"), min_value=1, max_value=90)
    topic_cap_count = forms.IntegerField(
        label=_("About the same kind of product at most (messages)"),
        min_value=1,
        max_value=30,
        required=False,
        help_text=_("Empty: no cap of its own. Counts all campaigns about this kind of product."),
    )
    topic_cap_days = forms.IntegerField(
        label=_("same kind of product, within (days)"), min_value=1, max_value=90, required=False
    )
    overall_cap_count = forms.IntegerField(
        label=_("Of the whole bank at most (messages)"),
        min_value=1,
        max_value=90,
        required=False,
        help_text=_("Empty: no cap of its own. Counts service messages and surveys too."),
    )
    overall_cap_days = forms.IntegerField(
        label=_("of the whole bank, within (days)"), min_value=1, max_value=90, required=False
    )
    on_quiet = forms.ChoiceField(label=_("In quiet hours"), choices=ON_QUIET, required=False)
    on_holidays = forms.ChoiceField(label=_("On public holidays"), choices=ON_HOLIDAYS, required=False)
    priority = forms.IntegerField(
        label=_("Priority (0 to 100)"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("A customer whom a campaign of higher priority reaches today gets nothing of this one."),
    )
    conversion_kind = forms.ChoiceField(label=_("Conversion"), choices=ConversionKind.choices)
    conversion_product_kind = forms.ChoiceField(label=_("of product kind"), required=False)
    window_days = forms.IntegerField(label=_("Attribution window (days)"), min_value=1, max_value=180)
    offer_for = forms.ChoiceField(label=_("The offer goes to"), choices=OfferFor.choices, required=False)
    is_prize_draw = forms.BooleanField(label=_("The offer is drawn as a prize"), required=False)
    top_prize = forms.DecimalField(
        label=_("Value of the top prize (yuan)"), min_value=0, decimal_places=2, max_digits=12, required=False
    )
    stakes_something = forms.BooleanField(
        label=_("Taking part costs money or points that may be lost"), required=False
    )
    referral_levels = forms.IntegerField(
        label=_("Levels of referral rewards"),
        min_value=0,
        max_value=9,
        required=False,
        help_text=_("0: no referral. 1: only who brings somebody is rewarded."),
    )
    referral_cap = forms.IntegerField(
        label=_("Referral rewards per person, at most"), min_value=1, max_value=1_000, required=False
    )
    is_charged_later = forms.BooleanField(
        label=_("Charged or renewed automatically afterwards"), required=False
    )
    video_seconds = forms.IntegerField(
        label=_("Length of the video (seconds)"), min_value=1, max_value=86_400, required=False
    )
    permission_ids = forms.MultipleChoiceField(
        label=_("Consents, licences and contracts for the material"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks-long"}),
        help_text=_("When one of them expires or ends, nothing more is sent."),
    )

    def __init__(
        self,
        *args: Any,
        products: list[tuple[str, str]],
        kinds: list[tuple[str, str]],
        permissions: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product_code"].choices = [("", _("No product")), *products]  # type: ignore[attr-defined]
        self.fields["conversion_product_kind"].choices = [("", _("Any")), *kinds]  # type: ignore[attr-defined]
        self.fields["permission_ids"].choices = permissions  # type: ignore[attr-defined]
        if not permissions:
            self.fields["permission_ids"].help_text = _(
                "The register of licences holds none for this branch. An administrator enters them there."
            )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings; each field once."""
        return [(str(heading), [self[name] for name in names]) for heading, names in PLAN_SECTIONS]

    def clean(self) -> dict[str, Any]:
        """A cap is a number of messages within a number of days: one alone says nothing."""
        values = dict(super().clean() or {})
        for cap in ("topic_cap", "overall_cap"):
            count, days = values.get(f"{cap}_count"), values.get(f"{cap}_days")
            if (count is None) != (days is None):
                missing = f"{cap}_{'count' if count is None else 'days'}"
                if missing not in self.errors:
                    self.add_error(missing, _("Enter both, messages and days, or neither."))
        return values

    def changes(self) -> dict[str, Any]:
        """The plan's fields as the action takes them."""
        data = dict(self.cleaned_data)
        data["budget_fen"] = int(data.pop("budget") * 100)
        data["control_share"] = int(data.pop("control") * 100)
        prize = data.pop("top_prize")
        data["top_prize_fen"] = None if prize is None else int(prize * 100)
        data["on_quiet"] = data["on_quiet"] or Closed.HOLD.value
        data["on_holidays"] = data["on_holidays"] or Closed.SEND.value
        data["priority"] = USUAL_PRIORITY if data["priority"] is None else data["priority"]
        data["offer_for"] = data["offer_for"] or OfferFor.INVITED
        data["referral_levels"] = data["referral_levels"] or 0
        data["permission_ids"] = sorted(map(int, data["permission_ids"]))
        return data


class PageForm(forms.Form):
    title = forms.CharField(label=_("Page title"), max_length=60, widget=line_of_copy())
    body = forms.CharField(label=_("Page text"), max_length=4_000, widget=text_of_copy(12))


class VariantForm(forms.Form):
    channel = forms.ChoiceField(label=_("Channel"), choices=SENDING)
    weight = forms.IntegerField(label=_("Share (%)"), min_value=1, max_value=100)
    title = forms.CharField(label=_("Mail subject"), max_length=100, required=False, widget=line_of_copy())
    body = forms.CharField(label=_("Copy text"), max_length=4_000, widget=text_of_copy(10))


class OfferForm(forms.Form):
    name = forms.CharField(label=_("Offer name"), max_length=60, widget=line_of_copy())
    kind = forms.ChoiceField(label=_("Offer kind"), choices=BENEFIT_KINDS)
    item = forms.CharField(label=_("Item of the offer"), max_length=100, widget=line_of_copy())
    specification = forms.CharField(label=_("Specification"), max_length=200, widget=line_of_copy())
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=10_000_000)
    value = forms.DecimalField(label=_("Value of one piece (yuan)"), min_value=0, decimal_places=2, initial=0)
    claim_start_at = forms.DateTimeField(label=_("Claim from"), widget=LocalMoment)
    claim_end_at = forms.DateTimeField(label=_("Claim until"), widget=LocalMoment)
    use_last_date = forms.DateField(label=_("Use until"), widget=Day)
    how_to_use = forms.CharField(label=_("How to use"), max_length=200, widget=line_of_copy())
    terms = forms.CharField(label=_("Terms of the offer"), max_length=2_000, widget=text_of_copy(5))

    def __init__(self, *args: Any, kept: str = "", **kwargs: Any) -> None:
        """``kept`` is a kind that is made on the benefit's own form, where it is asked for what it needs."""
        super().__init__(*args, **kwargs)
        if kept and kept not in dict(BENEFIT_KINDS):
            choices = [(kept, benefits.kind_label(kept))]
            self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def as_terms(self, base: BenefitTerms | None = None) -> BenefitTerms:
        """``base`` keeps what this form does not ask: limits, conditions, partner and the like."""
        data = dict(self.cleaned_data)
        data["value_fen"] = int(data.pop("value") * 100)
        data["kind"] = BenefitKind(data["kind"])
        return replace(base, **data) if base else BenefitTerms(**data)

    @staticmethod
    def initial_of(terms: BenefitTerms) -> dict[str, Any]:
        initial = {name: getattr(terms, name) for name in OfferForm.base_fields if name != "value"}
        for moment in ("claim_start_at", "claim_end_at"):
            initial[moment] = initial[moment].astimezone(BANK_ZONE)
        return initial | {"value": f"{terms.value_fen / 100:.2f}", "kind": str(terms.kind)}


class TargetsForm(forms.Form):
    """Targets in percent; an empty one is no target."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for metric, label in Metric.choices:
            self.fields[metric] = forms.DecimalField(
                label=f"{label} (%)", min_value=0, max_value=100, decimal_places=2, required=False
            )

    def targets(self) -> dict[str, int]:
        return {metric: int(value * 100) for metric, value in self.cleaned_data.items() if value is not None}


class TeamForm(forms.Form):
    """One more member; those that stand are kept."""

    staff = forms.ModelChoiceField(
        label=_("Person"), empty_label=_("Please choose"), queryset=Staff.objects.none()
    )
    duty = forms.ChoiceField(label=_("Duty"), choices=Duty.choices)

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = colleagues  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
