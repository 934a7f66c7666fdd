"""`huiqun compliance check`: judges a copy without a database."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS, risk_level
from huiqun.compliance.rules.findings import Finding
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal
from huiqun.lib.severity import Severity

COLOURS = {Severity.BLOCK: "red", Severity.HIGH: "yellow", Severity.WARN: "cyan"}
WORDS = {
    "zh": {Severity.BLOCK: "禁止", Severity.HIGH: "高风险", Severity.WARN: "提示", "instead": "改为", "none": "未发现问题。"},
    "en": {Severity.BLOCK: "blocks", Severity.HIGH: "high", Severity.WARN: "warning", "instead": "Instead", "none": "Nothing found."},
}  # fmt: skip


def check(
    text: str, *, channel: str, kind: str, risk: int | None, language: str, on: date | None, as_json: bool
) -> int:
    """Print the findings; 1 if one of them blocks publication, else 0."""
    if kind not in PRODUCT_KINDS:
        raise click.BadParameter(f"{kind} is not one of {', '.join(PRODUCT_KINDS)}", param_hint="--kind")
    if channel not in CHANNELS:
        raise click.BadParameter(f"{channel} is not one of {', '.join(CHANNELS)}", param_hint="--channel")
    day = on or local_date(datetime.now(UTC))
    try:
        findings = check_copy(
            text, channel=channel, product_kind=kind, product_risk=risk, on=day, language=language
        )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            _show(finding, text, WORDS[language])
        if not findings:
            click.secho(WORDS[language]["none"], fg="green")
    return 1 if any(finding.blocks for finding in findings) else 0


def _show(finding: Any, text: str, words: Any) -> None:
    place = ""
    if finding.start is not None:
        line = text.count("\n", 0, finding.start) + 1
        place = f"{line}:{finding.start - text.rfind(chr(10), 0, finding.start)} "
    click.secho(
        f"{place}[{words[finding.severity]}] {finding.name} ({finding.rule})", fg=COLOURS[finding.severity]
    )
    if finding.quote:
        click.echo(f"    「{finding.quote}」")
    click.echo(f"    {finding.message}")
    click.echo(f"    {words['instead']}:{finding.fix}")
    for citation in finding.citations:
        click.secho(f"    {citation.label}:{citation.text}", dim=True)
    click.echo()


def text_of(file: Any) -> str:
    """What the file says, if it is text."""
    try:
        return str(file.read())
    except UnicodeDecodeError as wrong:
        raise click.ClickException(f"{file.name} is no text in UTF-8 ({wrong.reason}).") from None


def check_lines(source: Path, *, out: Path, on: date | None) -> int:
    """Judge each line of `source`; the findings stand in `out` in the same order, or nothing does."""
    day = on or local_date(datetime.now(UTC))
    unfinished = out.with_name(out.name + ".part")
    with source.open(encoding="utf-8") as lines, unfinished.open("w", encoding="utf-8") as judged:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                judged.write(json.dumps(_judged(line, number, day), ensure_ascii=False) + "\n")
    unfinished.replace(out)
    return 0


def _judged(line: str, number: int, day: date) -> dict[str, Any]:
    try:
        piece = json.loads(line)
        words = {name: piece[name] for name in ("id", "channel", "product_kind", "text")}
        risk = risk_level(piece.get("product_risk"))
    except (ValueError, KeyError, TypeError) as wrong:
        raise click.ClickException(
            f"Line {number} is not a piece of copy ({wrong}). It needs id, channel, product_kind, text."
        ) from None
    if words["channel"] not in CHANNELS or words["product_kind"] not in PRODUCT_KINDS:
        raise click.ClickException(
            f"Line {number}: channel {words['channel']} or kind {words['product_kind']} is not known."
        )
    try:
        findings = check_copy(
            words["text"],
            channel=words["channel"],
            product_kind=words["product_kind"],
            product_risk=risk,
            on=day,
        )
    except Refusal as refusal:
        raise click.ClickException(f"Line {number}: {refusal}") from None
    return {"id": words["id"], "findings": [_line(finding) for finding in findings]}


def _line(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "start": finding.start,
        "end": finding.end,
        "severity": finding.severity.value,
        "citations": [f"{citation.law}#{citation.article}" for citation in finding.citations],
        "found_by": finding.found_by.value,
    }
