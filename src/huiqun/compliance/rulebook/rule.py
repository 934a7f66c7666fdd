"""One rule of the book, as it was read from its file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from huiqun.lib.severity import Severity


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


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A prohibition (`patterns`), a missing disclosure (`when`, `disclosed`) or a plan rule (`plan_check`).

    `function` names a function of `functions.py` where words cannot say it.
    """

    code: str
    name: Words
    message: Words
    fix: Words
    severity: Severity
    kinds: frozenset[str]
    channels: frozenset[str]
    min_risk: int | None = None
    max_risk: int | None = None
    citations: tuple[str, ...]
    effective: date | None = None
    expires: date | None = None
    enabled: bool = True
    patterns: tuple[re.Pattern[str], ...] = ()
    exceptions: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    """The rule is silent when one of these is anywhere in the copy."""
    needs: tuple[re.Pattern[str], ...] = ()
    """The rule is silent unless one of these is in the copy."""
    negatable: bool = True
    """False where a negation before the words does not make them harmless."""
    when: tuple[re.Pattern[str], ...] = ()
    disclosed: tuple[re.Pattern[str], ...] = ()
    yields_to: frozenset[str] = frozenset()
    """More specific rules: where one of them finds the same words, this one is silent."""
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

    def applies(self, *, kind: str, channels: frozenset[str], risk: int | None) -> bool:
        """Whether the rule speaks about this kind of copy at all."""
        if not self.enabled or self.is_about_plans or kind not in self.kinds:
            return False
        if not self.channels & channels:
            return False
        return self._covers_risk(risk)

    def _covers_risk(self, risk: int | None) -> bool:
        if self.min_risk is not None and (risk is None or risk < self.min_risk):
            return False
        return self.max_risk is None or (risk is not None and risk <= self.max_risk)

    def is_in_force(self, on: date) -> bool:
        """By its own dates; its citations are judged one by one."""
        return (self.effective is None or self.effective <= on) and (
            self.expires is None or on < self.expires
        )
