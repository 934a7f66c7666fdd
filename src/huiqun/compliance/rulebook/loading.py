"""Reads `rules/*.yaml` once and compiles them. A broken rule file is an error, never skipped."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS
from huiqun.compliance.rulebook.rule import Example, Insertion, Replacement, Rule, Scope, Way, Words
from huiqun.compliance.rules.findings import InsertAt
from huiqun.lib.canonical import digest
from huiqun.lib.severity import Severity

_FOLDER = Path(__file__).parent
_MACRO = re.compile(r"\{([a-z]\w*)\}")
_KNOWN = {
    "id", "name", "message", "fix", "severity", "kinds", "channels", "not_channels", "min_risk", "max_risk",
    "citations", "effective", "expires", "enabled", "patterns", "exceptions", "unless", "needs", "negatable",
    "when", "disclosed", "replace", "insert", "function", "plan_check", "yields_to", "violating", "compliant",
}  # fmt: skip


class BrokenRule(ValueError):
    """A rule file that cannot be used as it is."""


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by its code, in order, whether enabled or not."""
    rules = [rule_from(source, path.stem) for path, source in _sources()]
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


def rule_from(row: dict[str, Any], stem: str) -> Rule:
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
        ways=tuple(_way(given, row, kinds, channels) for given in row.get("patterns", ())),
        replacements=_replacements(row.get("replace")),
        insertion=_insertion(row.get("insert")),
        yields_to=frozenset(row.get("yields_to", ())),
        function=row.get("function", ""),
        plan_check=row.get("plan_check", ""),
        violating=_examples(row, "violating"),
        compliant=_examples(row, "compliant"),
        **{name: _compiled(row.get(name, ())) for name in _PATTERNS},
    )


_WAY_KEYS = {"find", "with", "without", "scope", "kinds", "channels", "min_risk", "max_risk", "negatable"}


def _way(
    given: str | dict[str, Any], row: dict[str, Any], kinds: frozenset[str], channels: frozenset[str]
) -> Way:
    given = {"find": given} if isinstance(given, str) else given
    if set(given) - _WAY_KEYS:
        raise BrokenRule(f"{row['id']}: a pattern has unknown keys {sorted(set(given) - _WAY_KEYS)}")
    return Way(
        find=_pattern(given["find"]),
        beside=_pattern(given["with"]) if "with" in given else None,
        without=_pattern(given["without"]) if "without" in given else None,
        scope=Scope(given.get("scope", Scope.SENTENCE)),
        kinds=_chosen(given["kinds"], PRODUCT_KINDS, row["id"]) if "kinds" in given else kinds,
        channels=_chosen(given["channels"], CHANNELS, row["id"]) if "channels" in given else channels,
        min_risk=given.get("min_risk"),
        max_risk=given.get("max_risk"),
        negatable=given.get("negatable", row.get("negatable", True)),
    )


def _replacements(given: str | list[dict[str, str]] | None) -> tuple[Replacement, ...]:
    if given is None:
        return ()
    if isinstance(given, str):
        return (Replacement(find=None, put=given),)
    return tuple(Replacement(find=_pattern(one["find"]), put=one["put"]) for one in given)


def _insertion(given: dict[str, str] | None) -> Insertion | None:
    if given is None:
        return None
    return Insertion(words=Words(zh=given["zh"], en=given.get("en", "")), at=InsertAt(given.get("at", "end")))


_PATTERNS = ("exceptions", "unless", "needs", "when", "disclosed")


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
    return tuple(_pattern(pattern) for pattern in patterns)


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(expand(pattern, _vocabulary()))


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
