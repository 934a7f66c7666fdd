"""Reading rules for earning points."""

from collections.abc import Sequence

from huiqun.benefits.models import EarningDay, EarningRule
from huiqun.benefits.rules.points_refusals import RuleNotFound
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import ScopedQuerySet


def earning_rule_rows(*, staff: Staff, words: str = "", kind: str = "", state: str = "") -> ScopedQuerySet:
    rows: ScopedQuerySet = EarningRule.objects.visible_to(staff).select_related("branch")
    if words:
        rows = rows.filter(name__icontains=words)
    exact = {"kind": kind, "state": state}
    return rows.filter(**{name: value for name, value in exact.items() if value})


def visible_earning_rule(rule_id: int, staff: Staff) -> EarningRule:
    """:raises RuleNotFound outside the person's branches"""
    rows = EarningRule.objects.visible_to(staff).select_related("branch", "author", "submitter", "approver")
    found: EarningRule | None = rows.filter(pk=rule_id).first()
    if found is None:
        raise RuleNotFound()
    return found


def earned_days(rule_id: int, *, most: int = 35) -> Sequence[EarningDay]:
    """What a rule gave lately, newest first."""
    return list(EarningDay.objects.filter(rule_id=rule_id).order_by("-day")[:most])
