"""Compliance in the menu and on the workbench."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.compliance import (
    panels_copy,  # noqa: F401 registers the rulebook's entries
    queries,
)
from huiqun.compliance.models.reviews import REVIEW_ROLES
from huiqun.compliance.rules.licences import licence_state
from huiqun.compliance.views.staff_licences import STATES as LICENCE_STATES
from huiqun.foundation import clock, panels
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date

REVIEW = _("Compliance")

panels.add_menu(
    section=REVIEW,
    label=_("Review inbox"),
    url_name="compliance:review_inbox",
    roles=(*REVIEWERS, Role.RISK_OFFICER, Role.MARKETER),
    order=400,
)
panels.add_menu(
    section=REVIEW,
    label=_("Emergency stop"),
    url_name="compliance:stop_list",
    roles=(Role.RISK_OFFICER, Role.COMPLIANCE_REVIEWER),
    order=440,
)
panels.add_menu(
    section=REVIEW,
    label=_("Review chain"),
    url_name="compliance:chain",
    roles=(Role.ADMINISTRATOR, *REVIEWERS, Role.RISK_OFFICER),
    order=450,
)
panels.add_menu(
    section=REVIEW,
    label=_("Deputies"),
    url_name="compliance:deputy_list",
    roles=(Role.ADMINISTRATOR, *REVIEWERS, Role.RISK_OFFICER),
    order=460,
)
panels.add_menu(
    section=REVIEW,
    label=_("Licence register"),
    url_name="compliance:licence_list",
    roles=(Role.ADMINISTRATOR, *REVIEWERS, Role.RISK_OFFICER, Role.MARKETER),
    order=470,
)
for _label, _url, _order in (
    (_("Evidence overview"), "compliance:evidence", 480),
    (_("Facts"), "compliance:fact_list", 490),
):
    panels.add_menu(
        section=REVIEW,
        label=_label,
        url_name=_url,
        roles=(Role.AUDITOR, Role.COMPLIANCE_REVIEWER, Role.RISK_OFFICER),
        order=_order,
    )


def pending_reviews(request: HttpRequest, _subject_id: int) -> str | None:
    """On the workbench: what waits for this person's decision."""
    staff = request.user
    if not isinstance(staff, Staff) or not staff.has_role(*REVIEW_ROLES):
        return None
    now = clock.now()
    context = {
        "pending": queries.pending_count(staff, now=now),
        "overdue": queries.overdue_count(staff, now=now),
        "steps": queries.inbox(staff, now).order_by("due_at")[:5],
        "now": now,
    }
    return render_to_string("compliance/_pending.html", context, request=request)


panels.add_panel(place="home", render=pending_reviews, order=10)

LICENCE_KEEPERS = (Role.ADMINISTRATOR, Role.COMPLIANCE_REVIEWER, Role.RISK_OFFICER)
AT_MOST = 5


def expiring_licences(request: HttpRequest, _subject_id: int) -> str | None:
    """On the workbench of those who keep the register, and of whoever keeps one of its licences."""
    staff = request.user
    if not isinstance(staff, Staff):
        return None
    today = local_date(clock.now())
    soon = queries.expiring_licences(staff, on=today)
    if not staff.has_role(*LICENCE_KEEPERS):
        soon = soon.filter(owner=staff)
    rows = list(soon[:100])
    if not rows:
        return None
    lines = [
        (row, *LICENCE_STATES[licence_state(row.dates(), on=today)], (row.expires_date - today).days)
        for row in rows[:AT_MOST]
    ]
    context = {"lines": lines, "more": len(rows) - len(lines)}
    return render_to_string("compliance/_expiring_licences.html", context, request=request)


panels.add_panel(place="home", render=expiring_licences, order=30)


def outdated_dossiers(request: HttpRequest, _subject_id: int) -> str | None:
    """On the workbench: what goes out still although today's book would stop it."""
    staff = request.user
    if not isinstance(staff, Staff):
        return None
    rows = queries.outdated_for(staff).filter(blocking__gt=0)[:5]
    return render_to_string("compliance/_outdated.html", {"rows": rows}, request=request) if rows else None


panels.add_panel(place="home", render=outdated_dossiers, order=5)
