"""What a door was sent, read and checked for form; what it means is the actions' matter."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiqun.benefits.actions import BenefitKind, BenefitTerms
from huiqun.campaigns.words import ConversionKind, Duty, Kind, Metric
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


PLAN_SECTIONS = (
    (_("Goal and period"), ("name", "kind", "goal", "budget", "start_at", "end_at")),
    (
        _("How it is sent"),
        (
            "channels", "quiet_from", "quiet_until", "cap_count", "cap_days", "deadline_days", "control",
        ),
    ),
    (_("Product and conversion"), ("product_code", "conversion_kind", "conversion_product_kind", "window_days")),
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
    conversion_kind = forms.ChoiceField(label=_("Conversion"), choices=ConversionKind.choices)
    conversion_product_kind = forms.ChoiceField(label=_("of product kind"), required=False)
    window_days = forms.IntegerField(label=_("Attribution window (days)"), min_value=1, max_value=180)

    def __init__(
        self, *args: Any, products: list[tuple[str, str]], kinds: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product_code"].choices = [("", _("No product")), *products]  # type: ignore[attr-defined]
        self.fields["conversion_product_kind"].choices = [("", _("Any")), *kinds]  # type: ignore[attr-defined]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings; each field once."""
        return [(str(heading), [self[name] for name in names]) for heading, names in PLAN_SECTIONS]

    def changes(self) -> dict[str, Any]:
        """The plan's fields as the action takes them."""
        data = dict(self.cleaned_data)
        data["budget_fen"] = int(data.pop("budget") * 100)
        data["control_share"] = int(data.pop("control") * 100)
        return data


class PageForm(forms.Form):
    title = forms.CharField(label=_("Page title"), max_length=60)
    body = forms.CharField(label=_("Page text"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 12}))


class VariantForm(forms.Form):
    channel = forms.ChoiceField(label=_("Channel"), choices=SENDING)
    weight = forms.IntegerField(label=_("Share (%)"), min_value=1, max_value=100)
    title = forms.CharField(label=_("Mail subject"), max_length=100, required=False)
    body = forms.CharField(label=_("Copy text"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 10}))


class OfferForm(forms.Form):
    name = forms.CharField(label=_("Offer name"), max_length=60)
    kind = forms.ChoiceField(label=_("Offer kind"), choices=BENEFIT_KINDS)
    item = forms.CharField(label=_("Item of the offer"), max_length=100)
    specification = forms.CharField(label=_("Specification"), max_length=200)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=10_000_000)
    value = forms.DecimalField(label=_("Value of one piece (yuan)"), min_value=0, decimal_places=2, initial=0)
    claim_start_at = forms.DateTimeField(label=_("Claim from"), widget=LocalMoment)
    claim_end_at = forms.DateTimeField(label=_("Claim until"), widget=LocalMoment)
    use_last_date = forms.DateField(label=_("Use until"), widget=Day)
    how_to_use = forms.CharField(label=_("How to use"), max_length=200)
    terms = forms.CharField(
        label=_("Terms of the offer"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def as_terms(self) -> BenefitTerms:
        data = dict(self.cleaned_data)
        data["value_fen"] = int(data.pop("value") * 100)
        data["kind"] = BenefitKind(data["kind"])
        return BenefitTerms(**data)

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
