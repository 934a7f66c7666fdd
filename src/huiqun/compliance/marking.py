"""A text cut into stretches, each with the findings that lie on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from huiqun.compliance.rules.findings import Finding
from huiqun.lib.severity import Severity


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A piece of the text. `severity` is the gravest finding's on it, empty where there is none."""

    text: str
    severity: str = ""
    names: str = ""
    rules: tuple[str, ...] = ()


def stretches(text: str, findings: Sequence[Finding | Mapping[str, Any]]) -> list[Stretch]:
    """The whole text in order; findings may overlap, and may come from a dossier's body."""
    placed = [values for values in map(_values, findings) if values["start"] is not None]
    cuts = {0, len(text)} | {
        min(max(values[edge], 0), len(text)) for values in placed for edge in ("start", "end")
    }
    edges = sorted(cuts)
    return [_stretch(text[start:end], start, end, placed) for start, end in pairwise(edges)]


def _stretch(piece: str, start: int, end: int, placed: list[dict[str, Any]]) -> Stretch:
    over = [values for values in placed if values["start"] < end and start < values["end"]]
    over.sort(key=lambda values: Severity(values["severity"]).rank)
    return Stretch(
        text=piece,
        severity=over[0]["severity"] if over else "",
        names="; ".join(dict.fromkeys(values["name"] for values in over)),
        rules=tuple(dict.fromkeys(values["rule"] for values in over)),
    )


def _values(finding: Finding | Mapping[str, Any]) -> dict[str, Any]:
    values = finding.as_dict() if isinstance(finding, Finding) else dict(finding)
    return values | {"start": values.get("start"), "end": values.get("end")}
