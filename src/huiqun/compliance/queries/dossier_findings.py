"""What was found in a dossier, text by text, and which of it was waived."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import get_language

from huiqun.compliance.checks import citations_of, in_language
from huiqun.compliance.models import Dossier, DossierFinding, Waiver
from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.queries.copy import check_copy, check_plan
from huiqun.compliance.rulebook.loading import all_rules, rules_on
from huiqun.compliance.rulebook.rule import Basis
from huiqun.compliance.rules.dossier_texts import judge_texts, texts_of
from huiqun.compliance.rules.findings import Citation, Finding, FoundBy, InsertAt
from huiqun.compliance.rules.waivers import Place, place_of
from huiqun.lib.days import local_date
from huiqun.lib.severity import Severity

Judged = Mapping[str, tuple[Finding, ...]]
"""Findings by the part of the dossier in which they were found."""
PLAN = "plan"
FACTS = "plan_facts"
KEPT_IN = "zh"
"""The language of what is kept; readers get it in theirs."""
_NAMES = {each.name for each in fields(Finding)}
_CITATION_NAMES = {each.name for each in fields(Citation)}


@dataclass(frozen=True, kw_only=True)
class StandingFinding:
    """A finding as it stands: open, or waived."""

    place: Place
    finding: Finding
    waiver: Waiver | None

    @property
    def may_be_waived(self) -> bool:
        return self.waiver is None and not self.finding.blocks


def judge_body(body: Mapping[str, Any], *, on: date) -> Judged:
    """Every text of a dossier's body, and the plan itself, before the rulebook of that day."""
    product = body.get("product") or {}

    def check(channel: str, words: str) -> tuple[Finding, ...]:
        return check_copy(
            text=words,
            channel=channel,
            product_kind=product.get("kind"),
            product_risk=product.get("risk"),
            on=on,
            language=KEPT_IN,
        )

    judged = judge_texts(texts_of(body), check=check)
    return judged | {PLAN: tuple(_plan_findings(body, on=on))}


def _plan_findings(body: Mapping[str, Any], *, on: date) -> Iterable[Finding]:
    """By the plan's frozen facts; a dossier from before they were frozen has what its caller found."""
    frozen = body.get(FACTS)
    if frozen is None:
        return _as_submitted(body.get("findings") or (), on=on)
    texts = texts_of(body)
    plan = PlanFacts.from_plain(
        frozen,
        copies=[text.words for text in texts],
        messages=[text.words for text in texts if not text.is_offer],
    )
    return check_plan(plan, on=on, language=KEPT_IN)


def _as_submitted(found: Iterable[Any], *, on: date) -> Iterator[Finding]:
    for each in found:
        if not isinstance(each, dict) or each.get("part") != PLAN:
            continue
        rule = rules_on(on).get(each.get("rule", "")) or all_rules().get(each.get("rule", ""))
        if rule is not None:
            yield Finding(
                rule=rule.code,
                name=rule.name.for_reader(KEPT_IN),
                severity=Severity(each["severity"]),
                message=rule.message.for_reader(KEPT_IN),
                fix=rule.fix.for_reader(KEPT_IN),
                citations=citations_of(rule, on=on),
                is_house=rule.basis is Basis.HOUSE,
            )


def rows_of(dossier: Dossier, judged: Judged) -> list[DossierFinding]:
    """The same as rows, each finding once."""
    places = {place_of(part, each): each for part, found in judged.items() for each in found}
    return [
        DossierFinding(
            dossier=dossier,
            part=place.part,
            rule=place.rule,
            severity=each.severity.value,
            start=place.start,
            end=place.end,
            shown=each.as_dict(),
        )
        for place, each in places.items()
    ]


def findings_of(dossier: Dossier) -> Judged:
    """As they were found at submission; a dossier from before they were kept is judged again by its day's law."""
    if not dossier.rulebook_version:
        return judge_body(dossier.body, on=local_date(dossier.submitted_at))
    found: dict[str, list[Finding]] = {}
    for row in dossier.found.all():
        found.setdefault(row.part, []).append(finding_from(row.shown))
    return {part: tuple(each) for part, each in found.items()}


def standing_findings(dossier: Dossier) -> Mapping[str, tuple[StandingFinding, ...]]:
    """By part, in the reader's language, each with its waiver."""
    waivers = {each.place: each for each in dossier.waivers.standing().select_related("by")}
    language = get_language() or KEPT_IN
    standing: dict[str, tuple[StandingFinding, ...]] = {}
    for part, found in findings_of(dossier).items():
        places = {place_of(part, each): each for each in found}
        standing[part] = tuple(
            StandingFinding(place=place, finding=in_language(each, language), waiver=waivers.get(place))
            for place, each in places.items()
        )
    return standing


def open_findings(dossier: Dossier) -> list[Finding]:
    """Those that nobody waived."""
    return [
        each.finding for found in standing_findings(dossier).values() for each in found if each.waiver is None
    ]


def finding_from(shown: Mapping[str, Any]) -> Finding:
    """Back from what was kept; what findings no longer hold is left out."""
    values = {name: value for name, value in shown.items() if name in _NAMES}
    citations = (
        Citation(**{name: value for name, value in each.items() if name in _CITATION_NAMES})
        for each in values.pop("citations", ())
    )
    return Finding(
        **values
        | {
            "citations": tuple(citations),
            "severity": Severity(values["severity"]),
            "found_by": FoundBy(values.get("found_by", FoundBy.WORDS)),
            "insert_at": InsertAt(values.get("insert_at", InsertAt.END)),
        }
    )
