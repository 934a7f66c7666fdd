"""`huiqun compliance check`: judges a copy without a database."""

import json
from datetime import UTC, date, datetime
from typing import Any

import click

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS
from huiqun.lib.days import local_date
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
    findings = check_copy(
        text, channel=channel, product_kind=kind, product_risk=risk, on=day, language=language
    )
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
