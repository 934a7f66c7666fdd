"""Everything the dossier's page shows, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiqun.compliance.models import (
    Dossier,
    Licence,
    Permit,
    ReaderOpinion,
    RecheckedDossier,
    ReviewStep,
    Stop,
)
from huiqun.compliance.queries.dossier_findings import PLAN, StandingFinding, standing_findings
from huiqun.compliance.queries.live_dossiers import rechecked
from huiqun.compliance.queries.reviews import decidable_step, last_approved
from huiqun.compliance.rules.differences import SAME, PartDifference, compare, parts
from huiqun.compliance.rules.dossier_texts import DossierText, texts_of
from huiqun.compliance.rules.findings import Finding
from huiqun.compliance.rules.licences import is_valid
from huiqun.compliance.rules.waivers import must_be_read
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.lib import template
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

EXAMPLE = {
    "name": "王芳",
    "salutation": "王女士",
    "branch": "城北支行",
    "bank": "江川银行",
    "product": "示例产品",
    "link": "https://bank.example/m/…",
    "optout": "拒收请回复R",
}


@dataclass(frozen=True, kw_only=True)
class CopyPart:
    """One text that customers get: its words, its preview, what the rulebook found in it."""

    text: DossierText
    subject: str
    """The title as a customer reads it."""
    preview: str
    standing: tuple[StandingFinding, ...]
    opinion: ReaderOpinion | None
    """What a second reader thought; none where there is no second reader."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is marked in the text: waived or not."""
        return tuple(each.finding for each in self.standing)


@dataclass(frozen=True)
class Counts:
    """``to_read``: how many have to be read before a step is approved."""

    all: int
    waived: int
    blocking: int
    to_read: int


@dataclass(frozen=True, kw_only=True)
class DossierPage:
    body: Mapping[str, Any]
    copies: tuple[CopyPart, ...]
    plan: tuple[StandingFinding, ...]
    """What was found in the plan itself."""
    counts: Counts
    recheck: RecheckedDossier | None
    """What today's book finds beyond that, where it goes out still."""
    steps: tuple[ReviewStep, ...]
    mine: ReviewStep | None
    remindable: ReviewStep | None
    is_author: bool
    may_stop: bool
    stop: Stop | None
    authors: tuple[str, ...]
    licences: tuple[tuple[Licence, bool], ...]
    before: Dossier | None
    changed: tuple[PartDifference, ...]
    same: int
    parts: tuple[tuple[str, str], ...]
    now: datetime


def dossier_page(dossier: Dossier, staff: Staff, *, now: datetime) -> DossierPage:
    body = dossier.body
    standing = standing_findings(dossier)
    before = last_approved(dossier)
    differences = compare(before.body, body) if before else ()
    is_author = staff.pk in dossier.author_ids
    steps = tuple(dossier.steps.select_related("decided_by", "acting_for").order_by("position"))
    return DossierPage(
        body=body,
        copies=_copies(dossier, body, standing),
        plan=standing.get(PLAN, ()),
        counts=_counts(standing),
        recheck=rechecked(dossier),
        steps=steps,
        mine=decidable_step(dossier, staff, now=now),
        remindable=next((each for each in steps if each.state == "open" and is_author), None),
        is_author=is_author,
        may_stop=staff.has_role(Role.RISK_OFFICER, Role.COMPLIANCE_REVIEWER),
        stop=_stop_over(dossier.subject),
        authors=tuple(str(each) for each in Staff.objects.get_queryset().filter(pk__in=dossier.author_ids)),
        licences=_licences(dossier, body, on=local_date(now)),
        before=before,
        changed=tuple(each for each in differences if each.state != SAME),
        same=sum(each.state == SAME for each in differences),
        parts=tuple(parts(body).items()),
        now=now,
    )


def _stop_over(subject: str) -> Stop | None:
    stop: Stop | None = Stop.objects.in_force().filter(subject=subject).select_related("stopped_by").first()
    return stop


def _licences(dossier: Dossier, body: Mapping[str, Any], *, on: date) -> tuple[tuple[Licence, bool], ...]:
    permit = Permit.objects.filter(dossier=dossier).first()
    listed = body.get("licences") or ()
    ids = (
        permit.licence_ids if permit else [e.get("licence_id") if isinstance(e, dict) else e for e in listed]
    )
    rows = Licence.objects.filter(pk__in=[each for each in ids if each])
    return tuple((each, is_valid(each.dates(), on=on)) for each in rows)


def _counts(standing: Mapping[str, tuple[StandingFinding, ...]]) -> Counts:
    every = [each for found in standing.values() for each in found]
    still_open = [each.finding for each in every if each.waiver is None]
    return Counts(
        all=len(every),
        waived=len(every) - len(still_open),
        blocking=sum(each.blocks for each in still_open),
        to_read=must_be_read(still_open),
    )


def _copies(
    dossier: Dossier, body: Mapping[str, Any], standing: Mapping[str, tuple[StandingFinding, ...]]
) -> tuple[CopyPart, ...]:
    product = body.get("product") or {}
    values = EXAMPLE | ({"product": product["name"]} if product.get("name") else {})
    for each in (body.get("links") or {}).get("targets") or ():
        values |= {f"link_{each['key']}": each["target"]}
    opinions = {each.part: each for each in dossier.opinions.all()}
    return tuple(
        CopyPart(
            text=text,
            subject=_filled(text.title, values),
            preview=_filled(text.body, values),
            standing=standing.get(text.key, ()),
            opinion=opinions.get(text.key),
        )
        for text in texts_of(body)
    )


def _filled(words: str, values: Mapping[str, str]) -> str:
    """As a customer would read it; as written when it cannot be filled in."""
    try:
        return template.render(words, dict(values))
    except Refusal:
        return words
