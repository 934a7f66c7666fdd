"""Everything the dossier's page shows, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiqun.compliance.models import Dossier, Licence, Permit, ReviewStep, Stop
from huiqun.compliance.queries.copy import check_copy
from huiqun.compliance.queries.reviews import decidable_step, last_approved
from huiqun.compliance.rules.differences import SAME, PartDifference, compare, parts
from huiqun.compliance.rules.findings import Finding
from huiqun.compliance.rules.licences import is_valid
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
    """One text that customers get: its words, its preview, what the rulebook finds in it."""

    key: str
    channel: str
    weight: int | None
    subject: str
    body: str
    preview: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class DossierPage:
    body: Mapping[str, Any]
    copies: tuple[CopyPart, ...]
    findings: int
    blocking: int
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
    copies = _copies(body, on=local_date(dossier.submitted_at))
    before = last_approved(dossier)
    differences = compare(before.body, body) if before else ()
    is_author = staff.pk in dossier.author_ids
    steps = tuple(dossier.steps.select_related("decided_by", "acting_for").order_by("position"))
    findings = [each for part in copies for each in part.findings]
    return DossierPage(
        body=body,
        copies=copies,
        findings=len(findings),
        blocking=sum(each.blocks for each in findings),
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


def _copies(body: Mapping[str, Any], *, on: date) -> tuple[CopyPart, ...]:
    product = body.get("product") or {}
    values = EXAMPLE | ({"product": product["name"]} if product.get("name") else {})
    texts = [
        (
            each.get("key", ""),
            each.get("channel", ""),
            each.get("weight"),
            each.get("subject"),
            each.get("body"),
        )
        for each in body.get("variants") or ()
    ]
    if page := body.get("page"):
        texts.append(("page", "h5", None, page.get("title"), page.get("body")))
    return tuple(
        CopyPart(
            key=key,
            channel=channel,
            weight=weight,
            subject=_filled(subject or "", values),
            body=words or "",
            preview=_filled(words or "", values),
            findings=check_copy(
                text=words or "",
                channel=channel,
                product_kind=product.get("kind"),
                product_risk=product.get("risk"),
                on=on,
            ),
        )
        for key, channel, weight, subject, words in texts
    )


def _filled(words: str, values: Mapping[str, str]) -> str:
    """As a customer would read it; as written when it cannot be filled in."""
    try:
        return template.render(words, dict(values))
    except Refusal:
        return words
