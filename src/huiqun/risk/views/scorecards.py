"""Doors of the scorecard: written, back-tested, proposed, activated by a second officer."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.days import BANK_ZONE
from huiqun.lib.refusal import NotFound, Refusal
from huiqun.risk import actions, queries
from huiqun.risk.models import CARD_COLOURS, OUTCOME_COLOURS, OUTCOME_LABELS, ScorecardVersion
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import StartPast
from huiqun.risk.rules.scorecards import AS_DELIVERED, Scorecard
from huiqun.risk.rules.signals import SIGNALS
from huiqun.risk.rules.states import CardState
from huiqun.risk.views.staff import OFFICERS

EMPTY_LINES = 3


class ScorecardForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("What is changed and why"), max_length=400)
    challenge = forms.IntegerField(label=gettext_lazy("Ask for a code from (points)"), min_value=1)
    hold = forms.IntegerField(label=gettext_lazy("Hold for a person from (points)"), min_value=1)
    refuse = forms.IntegerField(label=gettext_lazy("Refuse from (points)"), min_value=1)


@require_GET
@staff_door(*OFFICERS)
def scorecard_list(request: StaffRequest) -> HttpResponse:
    page = keyset_page(queries.scorecards(), request.GET)
    acting = queries.in_force(request.now)
    context = {
        "page": page,
        "rows": [(row, CARD_COLOURS[CardState(row.state)]) for row in page.rows],
        "acting": acting,
        "lines": _lines(acting.values if acting else AS_DELIVERED),
        "card": acting.values if acting else AS_DELIVERED,
    }
    return render(request, "risk/scorecard_list.html", context)


def _lines(card: Scorecard) -> list[dict[str, Any]]:
    bands = sorted(card.bands, key=lambda band: (list(SIGNALS).index(band.signal), band.limit))
    return [
        {"band": band, "label": SIGNALS[band.signal].label, "less": SIGNALS[band.signal].less}
        for band in bands
    ]


@require_GET
@staff_door(*OFFICERS)
def scorecard_page(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    row = queries.scorecard(scorecard_id)
    is_officer = request.staff.has_role(Role.RISK_OFFICER)
    context = {
        "row": row,
        "card": row.values,
        "colour": CARD_COLOURS[CardState(row.state)],
        "lines": _lines(row.values),
        "moved": _moved(row),
        "may_write": is_officer and row.state == "draft",
        "may_decide": is_officer
        and row.state == "proposed"
        and request.staff.pk not in (row.written_by_id, row.proposed_by_id),
        "is_own": request.staff.pk in (row.written_by_id, row.proposed_by_id),
    }
    return render(request, "risk/scorecard_page.html", context)


def _moved(row: ScorecardVersion) -> list[dict[str, Any]]:
    """Lines of the back-test, those that change first."""
    if not row.back_test:
        return []
    lines = [
        {
            "before": OUTCOME_LABELS[Outcome(before)],
            "before_colour": OUTCOME_COLOURS[Outcome(before)],
            "after": OUTCOME_LABELS[Outcome(after)],
            "after_colour": OUTCOME_COLOURS[Outcome(after)],
            "claims": claims,
            "people": people,
            "value_fen": value_fen,
            "changes": before != after,
        }
        for before, after, claims, people, value_fen in row.back_test["moved"]
    ]
    return sorted(lines, key=lambda line: (not line["changes"], -line["claims"]))


@require_http_methods(["GET", "POST"])
@staff_door(*OFFICERS)
def scorecard_add(request: StaffRequest) -> HttpResponse:
    """A new draft, from the version in force or from the one in ``?from=``."""
    wanted = request.GET.get("from", "")
    acting = queries.scorecard(int(wanted)) if wanted.isdecimal() else queries.in_force(request.now)
    return _edit(request, acting.values if acting else AS_DELIVERED, note="", scorecard_id=None)


@require_http_methods(["GET", "POST"])
@staff_door(*OFFICERS)
def scorecard_edit(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    row = queries.scorecard(scorecard_id)
    return _edit(request, row.values, note=row.note, scorecard_id=scorecard_id)


def _edit(request: StaffRequest, card: Scorecard, *, note: str, scorecard_id: int | None) -> HttpResponse:
    initial = {"note": note, "challenge": card.challenge, "hold": card.hold, "refuse": card.refuse}
    form = ScorecardForm(request.POST or None, initial=initial)
    bands: list[list[Any]] = [[band.signal, band.limit, band.points] for band in sorted(card.bands)]
    if request.method == "POST":
        bands = _bands(request)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            saved = actions.draft_scorecard(
                card={**values, "bands": bands},
                note=values["note"],
                by=request.staff,
                now=request.now,
                scorecard_id=scorecard_id,
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("The draft is saved. Back-test it before you propose it."))
            return redirect("risk:scorecard_page", saved)
    context = {
        "form": form,
        "bands": bands + [["", "", ""]] * EMPTY_LINES,
        "signals": [(name, signal.label) for name, signal in SIGNALS.items()],
    }
    return render(request, "risk/scorecard_form.html", context)


def _bands(request: StaffRequest) -> list[list[Any]]:
    lines = zip(
        request.POST.getlist("signal"),
        request.POST.getlist("limit"),
        request.POST.getlist("points"),
        strict=False,
    )
    return [[name, limit.strip(), points.strip()] for name, limit, points in lines if name]


@require_POST
@staff_door(*OFFICERS)
def scorecard_test(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    days = request.POST.get("days", "")
    actions.back_test_scorecard(
        scorecard_id=scorecard_id,
        days=int(days) if days.isdecimal() else 30,
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Back-tested. See what would have changed."))
    return redirect("risk:scorecard_page", scorecard_id)


@require_POST
@staff_door(*OFFICERS)
def scorecard_propose(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    actions.propose_scorecard(scorecard_id=scorecard_id, by=request.staff, now=request.now)
    messages.success(request, _("Proposed. Another risk officer activates it."))
    return redirect("risk:scorecard_page", scorecard_id)


@require_POST
@staff_door(*OFFICERS)
def scorecard_decide(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    if request.POST.get("decision") == "activate":
        actions.activate_scorecard(
            scorecard_id=scorecard_id,
            by=request.staff,
            now=request.now,
            starts_at=_moment(request.POST.get("starts_at", "")),
        )
        messages.success(request, _("Activated. It judges claims from its start on."))
    else:
        reason = request.POST.get("reason", "")[:400]
        actions.decline_scorecard(scorecard_id=scorecard_id, reason=reason, by=request.staff, now=request.now)
        messages.success(request, _("Declined."))
    return redirect("risk:scorecard_page", scorecard_id)


def _moment(text: str) -> datetime | None:
    """What a field for local time gives; nothing means now. :raises StartPast for what is no time, since a typing
    error must not put a scorecard in force at once"""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BANK_ZONE) if text else None
    except ValueError:
        raise StartPast from None
