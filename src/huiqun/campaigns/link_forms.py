"""The form of a plan's links."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiqun.campaigns.forms import SENDING
from huiqun.campaigns.links import LONGEST_DAYS, MOST, LinkPlan, Target


class LinksForm(forms.Form):
    """A row whose address is empty is no link."""

    source = forms.CharField(label="utm_source", max_length=60)
    campaign = forms.CharField(label="utm_campaign", max_length=60)
    days = forms.IntegerField(
        label=_("Open after the campaign's end (days)"), min_value=0, max_value=LONGEST_DAYS
    )

    def __init__(self, *args: Any, channels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST + 1):
            self.fields[f"key_{number}"] = forms.CharField(
                label=_("In the copy"), max_length=20, required=False
            )
            self.fields[f"target_{number}"] = forms.CharField(
                label=_("Leads to"), max_length=500, required=False
            )
        self._channels = [(key, label) for key, label in SENDING if key in channels]
        for channel, label in self._channels:
            self.fields[f"medium_{channel}"] = forms.CharField(
                label=f"utm_medium · {label}", max_length=60, required=False, initial=channel
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"key_{number}"], self[f"target_{number}"]) for number in range(1, MOST + 1)]

    def utm_fields(self) -> list[forms.BoundField]:
        mediums = [self[f"medium_{channel}"] for channel, _label in self._channels]
        return [self["source"], self["campaign"], *mediums, self["days"]]

    def plan(self) -> LinkPlan:
        data = self.cleaned_data
        rows = [(data[f"key_{number}"], data[f"target_{number}"]) for number in range(1, MOST + 1)]
        return LinkPlan(
            targets=tuple(Target(key=key, target=target) for key, target in rows if key or target),
            source=data["source"],
            campaign=data["campaign"],
            mediums={c: data[f"medium_{c}"] for c, _label in self._channels if data[f"medium_{c}"]},
            days=data["days"],
        )

    @staticmethod
    def initial_of(plan: LinkPlan) -> dict[str, Any]:
        initial: dict[str, Any] = {"source": plan.source, "campaign": plan.campaign, "days": plan.days}
        for number, each in enumerate(plan.targets, start=1):
            initial |= {f"key_{number}": each.key, f"target_{number}": each.target}
        return initial | {f"medium_{channel}": medium for channel, medium in plan.mediums.items()}
