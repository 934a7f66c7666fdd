"""What is approved and may still go out, and what today's book says of it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from huiqun.compliance.models import Dossier, Permit, RecheckedDossier
from huiqun.compliance.models.reviews import REVIEW_ROLES, DossierQuerySet, DossierState
from huiqun.compliance.queries.dossier_findings import Judged, findings_of, judge_body
from huiqun.compliance.rules.rechecks import new_findings
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role


def live_dossiers() -> DossierQuerySet:
    """Approved and permitted. Whether their period is over is asked one by one: see ``is_over``."""
    rows: DossierQuerySet = Dossier.objects.filter(pk__in=_permitted(), state=DossierState.APPROVED)
    return rows.order_by("pk")


def is_over(dossier: Dossier, *, on: date) -> bool:
    """Whether the last day of the dossier's period is behind us."""
    end = str((dossier.body.get("period") or {}).get("end") or "")[:10]
    try:
        return bool(end) and date.fromisoformat(end) < on
    except ValueError:
        return False


def found_since(dossier: Dossier, *, on: date) -> Judged:
    """What that day's book finds and the book at submission did not, by part."""
    then = findings_of(dossier)
    today = judge_body(dossier.body, on=on)
    new = {part: new_findings(then.get(part, ()), found) for part, found in today.items()}
    return {part: found for part, found in new.items() if found}


def rechecked(dossier: Dossier) -> RecheckedDossier | None:
    """What the last recheck found new in a dossier that still goes out."""
    found: RecheckedDossier | None = _outdated().filter(dossier=dossier).first()
    return found


def outdated_for(staff: Staff) -> QuerySet[Any]:
    """Rechecks with something new, of dossiers that still go out, for those who wrote or review them."""
    seen = _outdated().select_related("dossier__branch").visible_to(staff)
    if not staff.has_role(*REVIEW_ROLES, Role.AUDITOR):
        seen = seen.filter(dossier__author_ids__contains=[staff.pk])
    rows: QuerySet[Any] = seen.order_by("-blocking", "-new", "-pk")
    return rows


def _outdated() -> Any:
    return RecheckedDossier.objects.filter(
        new__gt=0, dossier__state=DossierState.APPROVED, dossier__in=_permitted()
    )


def _permitted() -> Any:
    return Permit.objects.filter(approved=True).values("dossier_id")
