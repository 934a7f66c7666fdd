"""What quests, draws and games have in common."""

from dataclasses import dataclass
from datetime import datetime

from huiqun.benefits.rules.play_refusals import PlayIncomplete, PlayNotOpen
from huiqun.lib.days import local_time


@dataclass(frozen=True, kw_only=True)
class PlayPlan:
    """``words`` are the rules as customers read them; ``subject`` a campaign (``campaign:12``), if it is part of one."""

    name: str
    words: str
    start_at: datetime
    end_at: datetime
    subject: str = ""


def check_plan(plan: PlayPlan) -> None:
    """:raises PlayIncomplete"""
    if not plan.name.strip() or not plan.words.strip() or plan.end_at <= plan.start_at:
        raise PlayIncomplete()


def check_open(*, opened: bool, start_at: datetime, end_at: datetime, now: datetime) -> None:
    """:raises PlayNotOpen"""
    if not opened or not start_at <= now < end_at:
        raise PlayNotOpen(start=shown(start_at), end=shown(end_at))


def shown(moment: datetime) -> str:
    return local_time(moment).strftime("%Y-%m-%d %H:%M")
