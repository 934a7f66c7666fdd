"""How long delivery keeps what, in days, and what stands for a reason to keep it. A bank sets its own ages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Kept:
    """``least``: a bank may not set fewer days, or something that is still needed would go. ``days`` None: for good."""

    kind: str
    words: str
    then: str
    days: int | None
    least: int = 1


DELETED, MOVED = _("Is deleted"), _("Moved to the lake")
FOR_GOOD = _("Kept as evidence, under an id without a name")

KINDS = (
    Kept(kind="touches", words=_("Message log in the database"), then=MOVED, days=400, least=62),
    Kept(kind="archived_touches", words=_("Message log in the lake"), then=DELETED, days=3_653, least=1_096),
    Kept(
        kind="contact_counts",
        words=_("How often somebody was written to, by day"),
        then=DELETED,
        days=400,
        least=366,
    ),
    Kept(kind="account_days", words=_("What an account has sent, by day"), then=DELETED, days=400, least=62),
    Kept(
        kind="list_lines",
        words=_("Lines of suppression lists that were taken in"),
        then=DELETED,
        days=730,
        least=30,
    ),
    Kept(
        kind="discarded_lines",
        words=_("Lines of suppression lists that were discarded"),
        then=DELETED,
        days=30,
    ),
    Kept(kind="ended_blocks", words=_("Blocks on contact that have ended"), then=DELETED, days=730, least=30),
    Kept(kind="recipients", words=_("Who was listed, sent to or not, and why"), then=FOR_GOOD, days=None),
    Kept(kind="blocks", words=_("Blocks on contact in force"), then=FOR_GOOD, days=None),
    Kept(kind="lifts", words=_("Who lifted a complaint's block"), then=FOR_GOOD, days=None),
    Kept(kind="batches", words=_("Sealed roots of the message log"), then=FOR_GOOD, days=None),
)


class AgesInvalid(ValueError):
    pass


def ages(given: str) -> dict[str, int]:
    """Days by kind: ``given`` is ``kind=days`` pairs, with commas between. :raises AgesInvalid"""
    known = {each.kind: each for each in KINDS if each.days is not None}
    found = {kind: each.days for kind, each in known.items() if each.days is not None}
    for pair in filter(None, (part.strip() for part in given.split(","))):
        kind, _equals, days = (part.strip() for part in pair.partition("="))
        if kind not in known or not days.isdigit():
            raise AgesInvalid(f"HUIQUN_KEEP_DAYS: {pair!r} is not one of {', '.join(known)} = days")
        if int(days) < known[kind].least:
            raise AgesInvalid(f"HUIQUN_KEEP_DAYS: {kind} must be kept for at least {known[kind].least} days")
        found[kind] = int(days)
    return found


def first_day_kept(days: Mapping[str, int], kind: str, *, today: date) -> date:
    return today - timedelta(days=days[kind])
