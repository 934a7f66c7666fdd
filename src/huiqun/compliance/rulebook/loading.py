"""Reads `rules/*.yaml` once and compiles them. A broken rule file is an error, never skipped."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS
from huiqun.compliance.rulebook.rule import Example, Rule, Words
from huiqun.lib.canonical import digest
from huiqun.lib.severity import Severity

_FOLDER = Path(__file__).parent
_MACRO = re.compile(r"\{([a-z]\w*)\}")
_KNOWN = {
    "id", "name", "message", "fix", "severity", "kinds", "channels", "not_channels", "min_risk", "max_risk",
    "citations", "effective", "expires", "enabled", "patterns", "exceptions", "unless", "needs", "negatable",
    "when", "disclosed", "function", "plan_check", "yields_to", "violating", "compliant",
}  # fmt: skip


class BrokenRule(ValueError):
    """A rule file that cannot be used as it is."""


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by its code, in order, whether enabled or not."""
    rules = [_rule(source, path.stem) for path, source in _sources()]
    return {rule.code: rule for rule in rules}


@cache
def rulebook_version() -> str:
    """A digest of every rule and vocabulary: which book a finding was made by."""
    return digest([[path.name, source] for path, source in _sources(as_text=True)])[:12]


def _sources(*, as_text: bool = False) -> list[tuple[Path, Any]]:
    paths = [*sorted((_FOLDER / "rules").glob("*.yaml"))]
    if as_text:
        paths.append(_FOLDER / "vocabulary.yaml")
    texts = ((path, path.read_text(encoding="utf-8")) for path in paths)
    return [(path, text if as_text else yaml.load(text, Loader=yaml.CSafeLoader)) for path, text in texts]


def _rule(row: dict[str, Any], stem: str) -> Rule:
    unknown = set(row) - _KNOWN
    if unknown or row.get("id") != stem:
        raise BrokenRule(f"{stem}: unknown keys {sorted(unknown)} or another id")
    kinds = _chosen(row["kinds"], PRODUCT_KINDS, stem)
    channels = _chosen(row.get("channels", "all"), CHANNELS, stem) - set(row.get("not_channels", ()))
    return Rule(
        code=row["id"],
        name=Words(**row["name"]),
        message=Words(**row["message"]),
        fix=Words(**row["fix"]),
        severity=Severity(row["severity"]),
        kinds=kinds,
        channels=channels,
        min_risk=row.get("min_risk"),
        max_risk=row.get("max_risk"),
        citations=tuple(row["citations"]),
        effective=_day(row.get("effective")),
        expires=_day(row.get("expires")),
        enabled=row.get("enabled", True),
        negatable=row.get("negatable", True),
        yields_to=frozenset(row.get("yields_to", ())),
        function=row.get("function", ""),
        plan_check=row.get("plan_check", ""),
        violating=_examples(row, "violating"),
        compliant=_examples(row, "compliant"),
        **{name: _compiled(row.get(name, ())) for name in _PATTERNS},
    )


_PATTERNS = ("patterns", "exceptions", "unless", "needs", "when", "disclosed")


def _chosen(value: object, known: Mapping[str, str], stem: str) -> frozenset[str]:
    if value == "all":
        return frozenset(known)
    if not isinstance(value, list) or not set(value) <= set(known):
        raise BrokenRule(f"{stem}: {value} is not among {sorted(known)}")
    return frozenset(value)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


@cache
def _vocabulary() -> Mapping[str, str]:
    text = (_FOLDER / "vocabulary.yaml").read_text(encoding="utf-8")
    words: dict[str, str] = {}
    for name, pattern in yaml.load(text, Loader=yaml.CSafeLoader).items():
        words[name] = expand(pattern, words)
    return words


def expand(pattern: str, words: Mapping[str, str]) -> str:
    """Put the vocabulary's words in the place of their {names}."""
    return _MACRO.sub(lambda match: f"(?:{words[match.group(1)]})", pattern)


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expand(pattern, _vocabulary())) for pattern in patterns)


def _examples(row: dict[str, Any], name: str) -> tuple[Example, ...]:
    return tuple(_example(row, given) for given in row[name])


def _example(row: dict[str, Any], given: str | dict[str, Any]) -> Example:
    given = {"text": given} if isinstance(given, str) else given
    kinds = list(PRODUCT_KINDS) if row["kinds"] == "all" else row["kinds"]
    channels = row.get("channels", "all")
    first = "h5" if channels == "all" or "h5" in channels else channels[0]
    return Example(
        text=given.get("text", ""),
        kind=given.get("kind", kinds[0]),
        channel=given.get("channel", first),
        risk=given.get("risk", row.get("min_risk") or row.get("max_risk")),
        quote=given.get("quote"),
        plan=given.get("plan"),
    )
