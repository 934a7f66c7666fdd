"""From what a rule file says to the rule. Whatever does not fit is an error that names its place."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS, PROFILES
from huiqun.compliance.rulebook.pattern import Pattern, pattern_of
from huiqun.compliance.rulebook.rule import Basis, Example, Insertion, Replacement, Rule, Scope, Way, Words
from huiqun.compliance.rulebook.vocabulary import expanded
from huiqun.compliance.rules.findings import InsertAt
from huiqun.lib.data_files import BrokenFile
from huiqun.lib.severity import Severity

_KNOWN = {
    "id", "name", "message", "fix", "severity", "kinds", "channels", "not_channels", "profiles", "min_risk", "max_risk",
    "citations", "basis", "effective", "expires", "enabled", "patterns", "exceptions", "unless", "needs", "negatable",
    "when", "disclosed", "replace", "insert", "function", "plan_check", "yields_to", "violating", "compliant",
}  # fmt: skip
_NEEDED = ("name", "message", "fix", "severity", "kinds", "citations", "violating", "compliant")
_WAY_KEYS = {"find", "with", "without", "scope", "kinds", "channels", "min_risk", "max_risk", "negatable"}
PATTERNS = ("exceptions", "unless", "needs", "when", "disclosed")
_ENDED = "~"
_Member = TypeVar("_Member", bound=StrEnum)


class BrokenRule(BrokenFile):
    """A rule file that cannot be used as it is."""


def rule_from(row: Any, stem: str) -> Rule:
    """`stem` is the file's name: CODE, or CODE~DAY for the version that ended on that day.

    :raises BrokenRule:
    """
    if not isinstance(row, dict):
        raise BrokenRule("a rule file holds one map of keys")
    if unknown := set(row) - _KNOWN:
        raise BrokenRule(f"unknown keys {sorted(map(str, unknown))}", at=(str(min(map(str, unknown))),))
    if missing := [key for key in _NEEDED if key not in row]:
        raise BrokenRule(f"lacks {', '.join(missing)}")
    _check_name(row, stem)
    kinds = _chosen(row["kinds"], PRODUCT_KINDS, "kinds")
    channels = _chosen(row.get("channels", "all"), CHANNELS, "channels")
    return Rule(
        code=row["id"],
        name=_words(row, "name"),
        message=_words(row, "message"),
        fix=_words(row, "fix"),
        severity=_member(Severity, row["severity"], "severity"),
        kinds=kinds,
        channels=channels - _chosen(row.get("not_channels", []), CHANNELS, "not_channels"),
        profiles=_chosen(row.get("profiles", ["publication"]), PROFILES, "profiles"),
        min_risk=row.get("min_risk"),
        max_risk=row.get("max_risk"),
        citations=_texts(row, "citations"),
        basis=_basis(row),
        effective=_day(row, "effective"),
        expires=_day(row, "expires"),
        enabled=row.get("enabled", True),
        ways=tuple(_way(row, number, kinds, channels) for number in range(len(_list(row, "patterns")))),
        replacements=_replacements(row.get("replace")),
        insertion=_insertion(row.get("insert")),
        yields_to=frozenset(_texts(row, "yields_to")),
        function=row.get("function", ""),
        plan_check=row.get("plan_check", ""),
        violating=_examples(row, "violating"),
        compliant=_examples(row, "compliant"),
        **{name: _patterns(row, name) for name in PATTERNS},
    )


def _check_name(row: Mapping[str, Any], stem: str) -> None:
    code, ended, day = stem.partition(_ENDED)
    if row.get("id") != code:
        raise BrokenRule(f"its id is {row.get('id')}, but the file is named {code}", at=("id",))
    if ended and day != str(row.get("expires")):
        raise BrokenRule(f"is named as ending on {day}, but expires on {row.get('expires')}", at=("expires",))


def _basis(row: Mapping[str, Any]) -> Basis:
    """Only a plan may be held to the bank's own standard, with a warning and without any law's name."""
    basis = _member(Basis, row.get("basis", Basis.LAW), "basis")
    if basis is Basis.HOUSE and not (
        row.get("plan_check") and row["severity"] == Severity.WARN and not row["citations"]
    ):
        raise BrokenRule("the bank's own standard is about plans, warns, and cites no law", at=("basis",))
    return basis


def _way(row: dict[str, Any], number: int, kinds: frozenset[str], channels: frozenset[str]) -> Way:
    at: tuple[str | int, ...] = ("patterns", number)
    given = row["patterns"][number]
    given = {"find": given} if isinstance(given, str) else given
    if not isinstance(given, dict) or "find" not in given:
        raise BrokenRule("a pattern is a regular expression or a map with `find`", at=at)
    if unknown := set(given) - _WAY_KEYS:
        raise BrokenRule(f"a pattern has unknown keys {sorted(map(str, unknown))}", at=at)
    return Way(
        find=_pattern(given["find"], *at, "find"),
        beside=_pattern(given["with"], *at, "with") if "with" in given else None,
        without=_pattern(given["without"], *at, "without") if "without" in given else None,
        scope=_member(Scope, given.get("scope", Scope.SENTENCE), *at, "scope"),
        kinds=_chosen(given["kinds"], PRODUCT_KINDS, *at, "kinds") if "kinds" in given else kinds,
        channels=_chosen(given["channels"], CHANNELS, *at, "channels") if "channels" in given else channels,
        min_risk=given.get("min_risk"),
        max_risk=given.get("max_risk"),
        negatable=given.get("negatable", row.get("negatable", True)),
    )


def _replacements(given: Any) -> tuple[Replacement, ...]:
    if given is None:
        return ()
    if isinstance(given, str):
        return (Replacement(find=None, put=given),)
    if not isinstance(given, list) or any(
        not isinstance(one, dict) or set(one) != {"find", "put"} for one in given
    ):
        raise BrokenRule("`replace` is a text or a list of {find, put}", at=("replace",))
    return tuple(
        Replacement(find=_pattern(one["find"], "replace", number, "find"), put=one["put"])
        for number, one in enumerate(given)
    )


def _insertion(given: Any) -> Insertion | None:
    if given is None:
        return None
    if not isinstance(given, dict) or "zh" not in given or set(given) - {"zh", "en", "at"}:
        raise BrokenRule("`insert` is a map of zh, en, at", at=("insert",))
    return Insertion(
        words=Words(zh=given["zh"], en=given.get("en", "")),
        at=_member(InsertAt, given.get("at", "end"), "insert", "at"),
    )


def _chosen(value: object, known: Mapping[str, str], *at: str | int) -> frozenset[str]:
    if value == "all":
        return frozenset(known)
    if not isinstance(value, list) or not set(map(str, value)) <= set(known):
        raise BrokenRule(f"{value} is not among {sorted(known)}", at=at)
    return frozenset(value)


def _member(members: type[_Member], value: object, *at: str | int) -> _Member:
    if value not in [member.value for member in members]:
        raise BrokenRule(f"{value} is not among {[member.value for member in members]}", at=at)
    return members(value)


def _words(row: Mapping[str, Any], name: str) -> Words:
    given = row[name]
    if not isinstance(given, dict) or set(given) != {"zh", "en"}:
        raise BrokenRule(f"`{name}` is a map of zh and en", at=(name,))
    return Words(**given)


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    given = row.get(name, [])
    if not isinstance(given, list):
        raise BrokenRule(f"`{name}` is a list", at=(name,))
    return given


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = _list(row, name)
    if not all(isinstance(one, str) for one in given):
        raise BrokenRule(f"`{name}` is a list of texts", at=(name,))
    return tuple(given)


def _day(row: Mapping[str, Any], name: str) -> date | None:
    given = row.get(name)
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise BrokenRule(f"{given} is no day", at=(name,)) from None
    if given is not None and type(given) is not date:
        raise BrokenRule(f"{given} is no day", at=(name,))
    return given


def _patterns(row: Mapping[str, Any], name: str) -> tuple[Pattern, ...]:
    return tuple(_pattern(given, name, number) for number, given in enumerate(_list(row, name)))


def _pattern(given: object, *at: str | int) -> Pattern:
    if not isinstance(given, str):
        raise BrokenRule(f"{given} is no regular expression", at=at)
    try:
        return pattern_of(expanded(given))
    except KeyError as unknown:
        raise BrokenRule(f"{{{unknown.args[0]}}} is not in the vocabulary", at=at) from None


def _examples(row: Mapping[str, Any], name: str) -> tuple[Example, ...]:
    return tuple(example_from(row, given, name, number) for number, given in enumerate(_list(row, name)))


def example_from(row: Mapping[str, Any], given: Any, *at: str | int) -> Example:
    given = {"text": given} if isinstance(given, str) else given
    if not isinstance(given, dict):
        raise BrokenRule("an example is a text or a map", at=at)
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
