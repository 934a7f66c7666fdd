"""What lapses or begins soon: rules, laws, licences, and approvals given under former law."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max

from huiqun.compliance.models import Licence, RecheckedDossier
from huiqun.compliance.queries.copy import rulebook_version
from huiqun.compliance.queries.licences import expiring_licences
from huiqun.compliance.queries.live_dossiers import live_dossiers, outdated_for
from huiqun.compliance.rulebook.loading import every_version, rules_on
from huiqun.compliance.rulebook.rule import Rule
from huiqun.compliance.sources import Law, laws
from huiqun.compliance.sources.citing import law_of
from huiqun.foundation.models import Staff

LAW_DAYS = 90
BEGINS, ENDS, ENDED, SILENT = "begins", "ends", "ended", "silent"


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """``law`` is the law that changes; none where it is the rule itself."""

    rule: Rule
    change: str
    day: date | None
    law: Law | None


@dataclass(frozen=True, kw_only=True)
class LawChange:
    law: Law
    change: str
    day: date


@dataclass(frozen=True, kw_only=True)
class LawBoard:
    rules: tuple[RuleChange, ...]
    laws: tuple[LawChange, ...]
    licences: tuple[tuple[Licence, bool], ...]
    """Each with whether it has expired."""
    outdated: tuple[RecheckedDossier, ...]
    live: int
    """Dossiers in scope that are approved and may go out, and how many of them a former book judged."""
    former: int
    checked_at: datetime | None
    version: str


def law_board(staff: Staff, *, on: date) -> LawBoard:
    live = live_dossiers().visible_to(staff)
    return LawBoard(
        rules=tuple(rule_changes(on)),
        laws=tuple(law_changes(on)),
        licences=tuple((each, each.expires_date < on) for each in expiring_licences(staff, on=on)[:100]),
        outdated=tuple(outdated_for(staff)[:100]),
        live=live.count(),
        former=live.exclude(rulebook_version=rulebook_version()).count(),
        checked_at=RecheckedDossier.objects.visible_to(staff).aggregate(at=Max("checked_at"))["at"],
        version=rulebook_version(),
    )


def rule_changes(on: date) -> Iterator[RuleChange]:
    """Versions that begin or end within 90 days, and rules whose law does, or is no longer in force."""
    for rule in every_version():
        if rule.enabled and (found := _period(rule.effective, rule.expires, on)):
            yield RuleChange(rule=rule, change=found[0], day=found[1], law=None)
    for rule in rules_on(on).values():
        if rule.enabled:
            yield from _by_law(rule, on)


def _by_law(rule: Rule, on: date) -> Iterator[RuleChange]:
    cited = {law.slug: law for law in map(law_of, rule.citations)}.values()
    for law in cited:
        if law.expires and law.expires <= on:
            yield RuleChange(rule=rule, change=ENDED, day=law.expires, law=law)
        elif found := _period(law.effective, law.expires, on):
            yield RuleChange(rule=rule, change=found[0], day=found[1], law=law)
    if cited and not any(law.is_in_force(on) for law in cited):
        yield RuleChange(rule=rule, change=SILENT, day=None, law=None)


def law_changes(on: date) -> list[LawChange]:
    """Laws that end, have ended, or are not in force yet."""
    found = []
    for law in laws().values():
        if law.effective > on:
            found.append(LawChange(law=law, change=BEGINS, day=law.effective))
        if law.expires:
            change = ENDED if law.expires <= on else ENDS
            found.append(LawChange(law=law, change=change, day=law.expires))
    return sorted(found, key=lambda each: each.day)


def _period(begins: date | None, ends: date | None, on: date) -> tuple[str, date] | None:
    """What happens within 90 days."""
    last = on + timedelta(days=LAW_DAYS)
    if ends and on < ends <= last:
        return ENDS, ends
    if begins and on < begins <= last:
        return BEGINS, begins
    return None
