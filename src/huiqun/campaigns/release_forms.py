"""The form of a gradual release: own staff, up to four shares, and everybody at the end."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiqun.campaigns.models.release import GoesOn
from huiqun.campaigns.release import ITSELF, SHARE, STAFF, Limits, Plan, Stage
from huiqun.lib.allocation import BUCKETS

SHARES = 4
WATCHED = ("complaints", "unsubscribes", "failures")


def _wait() -> forms.IntegerField:
    return forms.IntegerField(label=_("then wait (hours)"), min_value=0, max_value=720, required=False)


def _goes_on() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("and the next stage"), choices=GoesOn.choices, required=False)


def _percent(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, decimal_places=2, max_digits=5, required=False
    )


class ReleaseForm(forms.Form):
    in_stages = forms.BooleanField(label=_("Release this campaign in stages"), required=False)
    to_staff = forms.BooleanField(
        label=_("First to own staff"),
        required=False,
        help_text=_("Staff of the branch and of the team who are customers and have agreed to messages."),
    )
    staff_wait, staff_goes_on = _wait(), _goes_on()
    complaints = _percent(_("Stop when complaints exceed (%)"))
    unsubscribes = _percent(_("Stop when opt-outs exceed (%)"))
    failures = _percent(_("Stop when failures exceed (%)"))
    least = forms.IntegerField(
        label=_("but not for fewer cases than"), min_value=1, max_value=100_000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, SHARES + 1):
            self.fields[f"share_{number}"] = _percent(_("Share of the audience (%)"))
            self.fields[f"wait_{number}"] = _wait()
            self.fields[f"goes_on_{number}"] = _goes_on()

    @staticmethod
    def initial_of(plan: Plan) -> dict[str, Any]:
        """A plan that is there, or the usual one to begin with."""
        if not plan.stages:
            usual = {"share_1": "1", "wait_1": 24, "goes_on_1": ITSELF, "to_staff": True, "staff_wait": 1}
            return {**usual, "complaints": "0.1", "unsubscribes": "2", "failures": "10", "least": 3}
        limits = plan.limits
        initial: dict[str, Any] = {"in_stages": True, "least": limits.least}
        for name in WATCHED:
            most = getattr(limits, name)
            initial[name] = "" if most is None else f"{most / 100:g}"
        smaller = [stage for stage in plan.stages if stage.kind == SHARE][:-1]
        for number, stage in enumerate(smaller, start=1):
            initial[f"share_{number}"] = f"{stage.share / 100:g}"
            initial[f"wait_{number}"], initial[f"goes_on_{number}"] = stage.wait_hours, stage.goes_on
        if plan.stages[0].kind == STAFF:
            first = plan.stages[0]
            initial |= {"to_staff": True, "staff_wait": first.wait_hours, "staff_goes_on": first.goes_on}
        return initial

    def rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The shares, as the page lists them."""
        names = ("share", "wait", "goes_on")
        return [tuple(self[f"{name}_{n}"] for name in names) for n in range(1, SHARES + 1)]

    def limit_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in (*WATCHED, "least")]

    def stages(self) -> list[Stage]:
        """Of a valid form. Everybody comes last by itself."""
        if not self.cleaned_data["in_stages"]:
            return []
        return [Stage(number=number, **values) for number, values in enumerate(self._stages(), start=1)]

    def _stages(self) -> Iterator[dict[str, Any]]:
        data = self.cleaned_data
        if data["to_staff"]:
            yield _stage(STAFF, 0, data["staff_wait"], data["staff_goes_on"])
        for n in range(1, SHARES + 1):
            if data[f"share_{n}"] and data[f"share_{n}"] < 100:
                share = int(data[f"share_{n}"] * 100)
                yield _stage(SHARE, share, data[f"wait_{n}"], data[f"goes_on_{n}"])
        yield _stage(SHARE, BUCKETS, 0, ITSELF)

    def limits(self) -> Limits:
        data = self.cleaned_data
        most = {name: None if data[name] is None else int(data[name] * 100) for name in WATCHED}
        return Limits(**most, least=data["least"] or 1)


def _stage(kind: str, share: int, wait: int | None, goes_on: str) -> dict[str, Any]:
    return {"kind": kind, "share": share, "wait_hours": wait or 0, "goes_on": goes_on or ITSELF}
