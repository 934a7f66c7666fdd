"""One rule of the book, as it was read from its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from huiqun.compliance.rulebook.pattern import Pattern
from huiqun.compliance.rules.findings import InsertAt
from huiqun.lib.severity import Severity


def covers_risk(risk: int | None, *, least: int | None, most: int | None) -> bool:
    """Whether a product's risk level lies between the bounds; an unknown level lies between none."""
    if least is not None and (risk is None or risk < least):
        return False
    return most is None or (risk is not None and risk <= most)


@dataclass(frozen=True)
class Words:
    """The same sentence for a Chinese and for an English reader."""

    zh: str
    en: str

    def for_reader(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, kw_only=True)
class Example:
    """A copy that must, or must not, break the rule."""

    text: str
    kind: str
    channel: str
    risk: int | None = None
    quote: str | None = None
    plan: Mapping[str, object] | None = None


PUBLICATION = "publication"
COMMUNITY = "community"
ANY_KIND = "any"
"""Nobody says which product a customer's post is about: every rule of the community may speak."""


class Basis(StrEnum):
    """What a rule stands on. The bank's own standard cites no law, never blocks, and says what it is."""

    LAW = "law"
    HOUSE = "house"


class Scope(StrEnum):
    """How far around the words a way's conditions look."""

    CLAUSE = "clause"
    SENTENCE = "sentence"
    COPY = "copy"


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to break a rule in words: `find` within one sentence, under its own conditions."""

    find: Pattern
    beside: Pattern | None = None
    """Counts only with this in the same scope."""
    without: Pattern | None = None
    """Silent with this in the same scope."""
    scope: Scope = Scope.SENTENCE
    kinds: frozenset[str]
    channels: frozenset[str]
    min_risk: int | None = None
    max_risk: int | None = None
    negatable: bool = True
    """False where a negation before the words does not make them harmless."""

    def applies(self, *, kind: str, channels: frozenset[str], risk: int | None) -> bool:
        return (
            (kind == ANY_KIND or kind in self.kinds)
            and bool(self.channels & channels)
            and covers_risk(risk, least=self.min_risk, most=self.max_risk)
        )


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """What may be put in place of words that break a rule; `find` None fits all of them."""

    find: Pattern | None
    put: str


@dataclass(frozen=True, kw_only=True)
class Insertion:
    """The sentence a copy lacks, and where it goes."""

    words: Words
    at: InsertAt


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A prohibition (`ways`), a missing disclosure (`when`, `disclosed`) or a plan rule (`plan_check`).

    `function` names a function of `functions/` where words cannot say it.
    """

    code: str
    name: Words
    message: Words
    fix: Words
    severity: Severity
    kinds: frozenset[str]
    channels: frozenset[str]
    profiles: frozenset[str] = frozenset({PUBLICATION})
    """Whose words it judges: what the bank publishes, or what customers write in its community."""
    min_risk: int | None = None
    max_risk: int | None = None
    citations: tuple[str, ...]
    basis: Basis = Basis.LAW
    effective: date | None = None
    expires: date | None = None
    enabled: bool = True
    ways: tuple[Way, ...] = ()
    exceptions: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    """The rule is silent when one of these is anywhere in the copy."""
    needs: tuple[Pattern, ...] = ()
    """The rule is silent unless one of these is in the copy."""
    when: tuple[Pattern, ...] = ()
    disclosed: tuple[Pattern, ...] = ()
    yields_to: frozenset[str] = frozenset()
    """More specific rules: where one of them finds the same words, this one is silent."""
    replacements: tuple[Replacement, ...] = ()
    insertion: Insertion | None = None
    function: str = ""
    plan_check: str = ""
    violating: tuple[Example, ...] = field(default=(), repr=False)
    compliant: tuple[Example, ...] = field(default=(), repr=False)

    @property
    def is_about_plans(self) -> bool:
        return bool(self.plan_check)

    @property
    def is_about_missing(self) -> bool:
        return bool(self.disclosed)

    def applies(
        self, *, kind: str, channels: frozenset[str], risk: int | None, profile: str = PUBLICATION
    ) -> bool:
        """Whether the rule speaks about this kind of copy at all."""
        if not self.enabled or self.is_about_plans or profile not in self.profiles:
            return False
        if kind != ANY_KIND and kind not in self.kinds:
            return False
        if not self.channels & channels:
            return False
        return covers_risk(risk, least=self.min_risk, most=self.max_risk)

    def is_in_force(self, on: date) -> bool:
        """By its own dates; its citations are judged one by one."""
        return (self.effective is None or self.effective <= on) and (
            self.expires is None or on < self.expires
        )
