"""The rulebook as lawyers read it: searched, one rule at a time, with how often it spoke."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from huiqun.compliance.checks import citations_of
from huiqun.compliance.models import DossierFinding, Waiver
from huiqun.compliance.queries.copy import check_copy
from huiqun.compliance.rulebook.families import family_of
from huiqun.compliance.rulebook.loading import all_rules, every_version, rules_on
from huiqun.compliance.rulebook.more_examples import more_examples
from huiqun.compliance.rulebook.pattern import Pattern
from huiqun.compliance.rulebook.rule import Basis, Rule, Scope, Way
from huiqun.compliance.rules.findings import Citation, Finding
from huiqun.compliance.sources.citing import UnknownArticle, cite, law_of
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound

COUNTED_DAYS = 90
MOST_WORDS = 14
_sayings: dict[tuple[str, date | None], str] = {}
"""What is searched, by version: rules do not change while we run."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the browser is asked for. With ``on``, the rules that speak on that day, as they were then."""

    words: str = ""
    law: str = ""
    kind: str = ""
    channel: str = ""
    severity: str = ""
    family: str = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """How often a rule found something in submitted dossiers of the last days, and was waived."""

    found: int = 0
    waived: int = 0


@dataclass(frozen=True)
class Words:
    """Words of which a text must hold one; ``more`` are not shown."""

    shown: tuple[str, ...]
    more: int

    @property
    def is_figure(self) -> bool:
        """Any digit will do."""
        return any(word in "0123456789" for word in self.shown)


@dataclass(frozen=True, kw_only=True)
class WayShown:
    """A way to break a rule as somebody reads it: one of each group of words, and its conditions."""

    groups: tuple[tuple[Words, ...], ...]
    """Alternatives, each of groups that all have to be there."""
    way: Way
    narrower: bool
    """Whether it speaks of fewer kinds, channels or risks than the rule."""

    @property
    def in_copy(self) -> bool:
        return self.way.scope is Scope.COPY

    @property
    def in_clause(self) -> bool:
        return self.way.scope is Scope.CLAUSE


@dataclass(frozen=True, kw_only=True)
class RulePage:
    rule: Rule
    """The version that is shown."""
    is_current: bool
    versions: tuple[Rule, ...]
    citations: tuple[Citation, ...]
    """The articles that apply on the day; the rule is silent without any."""
    silent: tuple[Citation, ...]
    """Those that do not apply on that day."""
    ways: tuple[WayShown, ...]
    violating: tuple[str, ...]
    compliant: tuple[str, ...]
    spoken: Spoken
    yields_to: tuple[Rule, ...]

    @property
    def is_house(self) -> bool:
        """The bank's own standard stands on no article."""
        return self.rule.basis is Basis.HOUSE


@dataclass(frozen=True)
class Tried:
    """A text before one rule; ``others`` is what else the book finds in it."""

    mine: tuple[Finding, ...]
    others: tuple[Finding, ...]


def rules_found(asked: Asked) -> list[Rule]:
    """In the book's order."""
    wanted = asked.words.casefold().split()
    return [
        rule for rule in _book(asked.on) if _fits(rule, asked) and all(word in _said(rule) for word in wanted)
    ]


def _book(on: date | None) -> Iterator[Rule]:
    if on is None:
        yield from all_rules().values()
        return
    for rule in rules_on(on).values():
        if rule.enabled and (rule.basis is Basis.HOUSE or citations_of(rule, on=on)):
            yield rule


def _fits(rule: Rule, asked: Asked) -> bool:
    return (
        (not asked.severity or rule.severity == asked.severity)
        and (not asked.kind or asked.kind in rule.kinds)
        and (not asked.channel or (asked.channel in rule.channels and not rule.is_about_plans))
        and (not asked.family or family_of(rule.code) == asked.family)
        and (not asked.law or any(law_of(each).slug == asked.law for each in rule.citations))
    )


def _said(rule: Rule) -> str:
    """All that a rule says of itself: names, messages, articles with their words, examples."""
    key = (rule.code, rule.effective)
    if key not in _sayings:
        _sayings[key] = "\n".join(_sentences(rule)).casefold()
    return _sayings[key]


def _sentences(rule: Rule) -> Iterator[str]:
    yield rule.code
    for words in (rule.name, rule.message, rule.fix):
        yield from (words.zh, words.en)
    for each in _cited(rule):
        yield from (each.label, each.law, each.text)
    for example in (*rule.violating, *rule.compliant):
        yield example.text
    for texts in more_examples(rule.code):
        yield from texts


def _cited(rule: Rule) -> list[Citation]:
    found = []
    for reference in rule.citations:
        try:
            found.append(cite(reference))
        except (UnknownArticle, KeyError):
            continue
    return found


def rule_page(code: str, staff: Staff, *, on: date, now: datetime) -> RulePage:
    """The version of that day; today's where there is none of that day. :raises NotFound"""
    current = all_rules().get(code)
    rule = rules_on(on).get(code) or current
    if rule is None:
        raise NotFound()
    applying = citations_of(rule, on=on)
    violating, compliant = more_examples(code)
    return RulePage(
        rule=rule,
        is_current=rule is current,
        versions=tuple(each for each in every_version() if each.code == code),
        citations=applying,
        silent=tuple(each for each in _cited(rule) if each not in applying),
        ways=tuple(_shown(rule, way) for way in rule.ways),
        violating=_all([each.text for each in rule.violating], violating),
        compliant=_all([each.text for each in rule.compliant], compliant),
        spoken=spoken(staff, now=now).get(code, Spoken()),
        yields_to=tuple(all_rules()[each] for each in sorted(rule.yields_to) if each in all_rules()),
    )


def _all(own: list[str], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (*own, *more) if text))


def _shown(rule: Rule, way: Way) -> WayShown:
    return WayShown(
        groups=readable(way.find),
        way=way,
        narrower=(way.kinds, way.channels) != (rule.kinds, rule.channels)
        or way.min_risk is not None
        or way.max_risk is not None,
    )


def readable(pattern: Pattern) -> tuple[tuple[Words, ...], ...]:
    """The words that a text must hold for the pattern to match, shortest first."""
    return tuple(tuple(_words(group) for group in alternative) for alternative in pattern.needs)


def _words(group: frozenset[str]) -> Words:
    every = sorted(group, key=lambda word: (len(word), word))
    return Words(tuple(every[:MOST_WORDS]), max(0, len(every) - MOST_WORDS))


def spoken(staff: Staff, *, now: datetime) -> Mapping[str, Spoken]:
    """By rule, over the dossiers of the person's scope that were submitted in the last 90 days."""
    recent = {"dossier__submitted_at__gte": now - timedelta(days=COUNTED_DAYS)}
    found = _by_rule(DossierFinding.objects.visible_to(staff).filter(**recent))
    waived = _by_rule(Waiver.objects.visible_to(staff).standing().filter(**recent))
    return {
        code: Spoken(found=found.get(code, 0), waived=waived.get(code, 0))
        for code in found.keys() | waived.keys()
    }


def _by_rule(rows: object) -> dict[str, int]:
    counted = rows.order_by().values("rule").annotate(n=Count("pk"))  # type: ignore[attr-defined]
    return {each["rule"]: each["n"] for each in counted}


def try_text(
    code: str, *, text: str, channel: str, product_kind: str, product_risk: int | None, on: date
) -> Tried:
    """:raises CopyTooLong, CopyNotText, CheckFailed"""
    found = check_copy(
        text=text, channel=channel, product_kind=product_kind, product_risk=product_risk, on=on
    )
    return Tried(
        mine=tuple(each for each in found if each.rule == code),
        others=tuple(each for each in found if each.rule != code),
    )
