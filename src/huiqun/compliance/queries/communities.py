"""What communities ask: how a post is judged, who may speak of products, which words are approved."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from huiqun.compliance import posts
from huiqun.compliance.marking import Stretch as Stretch
from huiqun.compliance.marking import stretches as stretches
from huiqun.compliance.models import Dossier, Licence, Permit
from huiqun.compliance.models.licences import LicenceKind
from huiqun.compliance.models.permits import EVERYTHING
from huiqun.compliance.rules.findings import Finding
from huiqun.compliance.rules.licences import is_valid
from huiqun.foundation.models import Staff


@dataclass(frozen=True, kw_only=True)
class ApprovedWords:
    """The page of an approved dossier, which may be said elsewhere under the same digest."""

    subject: str
    digest: str
    title: str
    body: str


def check_post(text: str, *, on: date) -> tuple[Finding, ...]:
    """What the post breaks on that day, gravest first, in the reader's language. :raises CopyTooLong, CopyNotText"""
    return posts.check_post(text, on=on, language=(get_language() or "zh").partition("-")[0])


def products_spoken_of(text: str) -> frozenset[str]:
    return posts.kinds_spoken_of(text)


def qualified_for(*, staff_id: int, kinds: Collection[str], on: date) -> bool:
    """Whether the register holds a valid qualification of this person for each of these kinds."""
    rows = Licence.objects.filter(kind=LicenceKind.QUALIFICATION, staff_id=staff_id)
    held = {kind for row in rows if is_valid(row.dates(), on=on) for kind in row.product_kinds}
    return held >= set(kinds)


def approved_words(*, staff: Staff, subject: str = "") -> list[ApprovedWords]:
    """What may be said now within the person's branches, newest first; of one subject when it is named."""
    if Permit.objects.filter(subject=EVERYTHING, stopped=True).exists():
        return []
    permits = Permit.objects.filter(approved=True, stopped=False, outdated=False, dossier__isnull=False)
    if subject:
        permits = permits.filter(subject=subject)
    seen = Dossier.objects.visible_to(staff).filter(pk__in=permits.values("dossier_id")).order_by("-pk")[:100]
    return [words for dossier in seen if (words := _words(dossier))]


def _words(dossier: Dossier) -> ApprovedWords | None:
    page = dossier.body.get("page") or {}
    if not page.get("body"):
        return None
    return ApprovedWords(
        subject=dossier.subject,
        digest=dossier.digest,
        title=page.get("title") or dossier.title,
        body=page["body"],
    )
