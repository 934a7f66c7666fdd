"""The funnel of a rule as the page draws it: bars in hundredths, effects in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from huiqun.audiences.queries import Funnel, FunnelStep
from huiqun.foundation.templatetags.huiqun import count


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    """``before_width`` and ``left_width`` are the customers before and after this condition as parts of a hundred;
    ``more_width`` those that an alternative let in again."""

    step: FunnelStep
    before_width: str
    left_width: str
    more_width: str
    effect: str
    alone: str
    without: str


def shown_steps(funnel: Funnel) -> list[ShownStep]:
    return [_shown(step, funnel.total) for step in funnel.steps]


def _shown(step: FunnelStep, total: int) -> ShownStep:
    before = step.left + step.removed
    return ShownStep(
        step=step,
        before_width=_part(before, total),
        left_width=_part(min(before, step.left), total),
        more_width=_part(-step.removed, total) if step.removed < 0 else "",
        effect=_effect(step, before),
        alone=_("on its own: %(n)s") % {"n": count(step.alone)},
        without=_without(step),
    )


def _effect(step: FunnelStep, before: int) -> str:
    values = {"left": count(step.left), "n": count(abs(step.removed))}
    if step.removed < 0:
        return _("%(left)s left, lets in %(n)s more") % values
    if not step.removed:
        return _("%(left)s left, takes nobody away") % values
    values["share"] = f"{step.removed / before * 100:.1f}%"
    return _("%(left)s left, takes away %(n)s (%(share)s)") % values


def _without(step: FunnelStep) -> str:
    if step.missed:
        return _("without it %(n)s more would be chosen") % {"n": count(step.missed)}
    if step.lost:
        return _("without it %(n)s would drop out") % {"n": count(step.lost)}
    return ""


def _part(n: int, total: int) -> str:
    """With a dot whatever the language: it goes into an attribute."""
    return f"{n / total * 100:.2f}" if total else "0"
