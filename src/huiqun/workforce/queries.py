"""Branches and staff as their pages and other domains read them; always within a person's scope."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q

from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.models.people import StaffQuerySet
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True)
class BranchRow:
    id: int
    code: str
    name: str
    depth: int
    """0 for the topmost that the person sees."""
    is_open: bool
    staff_count: int
    path: str


def branch_tree(*, staff: Staff, only_open: bool = False) -> list[BranchRow]:
    """Own branch and those below, each after the one it belongs to."""
    branches = Branch.objects.visible_to(staff).order_by("path")
    if only_open:
        branches = branches.filter(is_open=True)
    counted = branches.annotate(active=Count("staff", filter=Q(staff__is_active=True)))
    top = staff.branch.level if staff.branch else 0
    return [BranchRow(b.pk, b.code, b.name, b.level - top, b.is_open, b.active, b.path) for b in counted]


def branch(*, branch_id: int, staff: Staff) -> Branch:
    """:raises NotFound"""
    found: Branch | None = (
        Branch.objects.visible_to(staff).select_related("parent").filter(pk=branch_id).first()
    )
    if found is None:
        raise NotFound
    return found


def staff_list(*, staff: Staff, filters: Mapping[str, str]) -> StaffQuerySet:
    """Accounts of own branch and below that match: words, branch (and below), role, state."""
    found: StaffQuerySet = Staff.objects.visible_to(staff).select_related("branch").prefetch_related("roles")
    if words := filters.get("q", "").strip():
        found = found.filter(Q(username__icontains=words) | Q(full_name__icontains=words))
    if chosen := whole(filters.get("branch", "")):
        paths = Branch.objects.visible_to(staff).filter(pk=chosen).values_list("path", flat=True)
        found = found.filter(branch__path__startswith=next(iter(paths), "-"))
    if role := filters.get("role", ""):
        found = found.filter(roles__role=role)
    if (state := filters.get("state", "")) in {"active", "inactive"}:
        found = found.filter(is_active=state == "active")
    second_step = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    annotated: StaffQuerySet = found.annotate(has_second_step=Exists(second_step))
    return annotated


def member(*, staff_id: int, staff: Staff) -> Staff:
    """One account. :raises NotFound"""
    found: Staff | None = staff_list(staff=staff, filters={}).filter(pk=staff_id).first()
    if found is None:
        raise NotFound
    return found


def locked_usernames(*, usernames: Collection[str], now: datetime) -> frozenset[str]:
    """Which of them cannot sign in at the moment because of wrong passwords."""
    attempts = AccessAttempt.objects.filter(
        username__in=usernames,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=now - settings.AXES_COOLOFF_TIME,
    )
    return frozenset(attempts.values_list("username", flat=True))


def history(*, noun: str, subject_id: int, size: int = 30) -> list[Any]:
    """The newest facts about a branch or an account."""
    return list(facts.about(noun, subject_id)[:size])
