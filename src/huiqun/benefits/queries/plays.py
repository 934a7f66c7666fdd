"""Quests, draws and games for staff: rows, and one by its number."""

from typing import Any, TypeVar

from huiqun.benefits.models import Benefit
from huiqun.benefits.models.plays import Play, PlayQuerySet
from huiqun.benefits.rules import Way
from huiqun.benefits.rules.play_refusals import PlayNotFound
from huiqun.foundation.models import Staff

AnyPlay = TypeVar("AnyPlay", bound=Play)


def play_rows(model: type[AnyPlay], *, staff: Staff, words: str = "", kind: str = "") -> PlayQuerySet:
    manager: Any = model._default_manager
    rows: PlayQuerySet = manager.visible_to(staff)
    if words:
        rows = rows.filter(name__icontains=words)
    return rows.filter(kind=kind) if kind else rows


def visible_play(model: type[AnyPlay], play_id: int, staff: Staff) -> AnyPlay:
    """:raises PlayNotFound outside the person's branches"""
    manager: Any = model._default_manager
    rows = manager.visible_to(staff).select_related("branch", "created_by", "opened_by")
    found: AnyPlay | None = rows.filter(pk=play_id).first()
    if found is None:
        raise PlayNotFound()
    return found


def play_for(model: type[AnyPlay], play_id: int, branch_path: str) -> AnyPlay:
    """An opened one, for a customer of the branch. :raises PlayNotFound"""
    manager: Any = model._default_manager
    found: AnyPlay | None = manager.for_branch(branch_path).filter(pk=play_id).first()
    if found is None:
        raise PlayNotFound()
    return found


def givable(staff: Staff) -> Any:
    """Benefits that may be prizes: reviewed, and given when something was reached or won."""
    rows = Benefit.objects.visible_to(staff).filter(way=Way.GRANT, conditions={}).exclude(frozen_digest="")
    return rows.order_by("-pk")
