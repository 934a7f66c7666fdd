"""The rulebook as doors and neighbours ask for it: in the reader's language."""

import logging
from datetime import date

from django.utils.translation import get_language

from huiqun.compliance import checks
from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.loading import all_rules, rulebook_version
from huiqun.compliance.rulebook.rule import Rule
from huiqun.compliance.rules.check_failed import CheckFailed
from huiqun.compliance.rules.findings import Finding
from huiqun.compliance.sources import Law, laws_by_slug
from huiqun.lib.refusal import NotFound, Refusal

__all__ = [
    "check_copy",
    "check_plan",
    "law",
    "laws_cited",
    "rulebook_version",
    "rules_citing",
]

_log = logging.getLogger(__name__)


def check_copy(
    *,
    text: str,
    channel: str,
    product_kind: str | None,
    product_risk: int | None,
    on: date,
    plan: PlanFacts | None = None,
    language: str | None = None,
) -> tuple[Finding, ...]:
    """What the copy breaks, gravest first. Spans are code points of `text`, end exclusive.

    :raises CopyTooLong, CopyNotText, CheckFailed: no copy passes because it was not checked
    """
    try:
        return checks.check_copy(
            text,
            channel=channel,
            product_kind=product_kind,
            product_risk=product_risk,
            on=on,
            plan=plan,
            language=language or _readers_language(),
        )
    except Refusal:
        raise
    except Exception as wrong:
        _log.exception("a copy could not be checked")
        raise CheckFailed from wrong


def check_plan(plan: PlanFacts, *, on: date, language: str | None = None) -> tuple[Finding, ...]:
    """What the plan itself breaks, whatever its copy says. :raises CheckFailed:"""
    try:
        return checks.check_plan(plan, on=on, language=language or _readers_language())
    except Exception as wrong:
        _log.exception("a plan could not be checked")
        raise CheckFailed from wrong


def laws_cited() -> list[Law]:
    """The laws whose words we hold: full texts first, then excerpts, each group as it is filed."""
    return sorted(laws_by_slug().values(), key=lambda law: law.is_excerpt)


def law(slug: str) -> Law:
    """:raises NotFound:"""
    found = laws_by_slug().get(slug)
    if found is None:
        raise NotFound
    return found


def rules_citing(law: Law, article_key: str) -> list[Rule]:
    """The rules that stand on this article."""
    reference = f"{law.name}#{article_key}"
    return [
        rule
        for rule in all_rules().values()
        if any(cited.lstrip("~").partition("(")[0] == reference for cited in rule.citations)
    ]


def _readers_language() -> str:
    return get_language() or "zh"
