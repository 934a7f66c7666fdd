"""Runs, live; and why somebody did or did not get something."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import queries as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.models import Recipient, Run
from huiqun.delivery.queries.accounts import Standing, standings
from huiqun.delivery.queries.runs import RunProgress
from huiqun.delivery.rules import states
from huiqun.delivery.rules.doubt import BREAKER_COLOURS, BREAKER_WORDS, BreakerState
from huiqun.delivery.views.forms import PaceForm
from huiqun.delivery.views.roles import DRIVERS, SEARCHERS, WATCHERS
from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role


@require_GET
@staff_door(*WATCHERS)
def run_list(request: StaffRequest) -> HttpResponse:
    rows = Run.objects.visible_to(request.staff).select_related("branch")
    state, subject = request.GET.get("state", ""), request.GET.get("subject", "").strip()
    if state in set(states.RunState):
        rows = rows.filter(state=state)
    if subject:
        rows = rows.filter(subject__icontains=subject)
    page = keyset_page(rows, request.GET)
    return render(
        request,
        "delivery/run_list.html",
        {
            "page": page,
            "runs": [run_words(run) for run in page.rows],
            "states": [(key.value, _(words)) for key, words in states.RUN_STATE_WORDS.items()],
            "asked": {"state": state, "subject": subject},
        },
    )


@require_GET
@staff_door(*WATCHERS)
def run_page(request: StaffRequest, run_id: int) -> HttpResponse:
    run = queries.visible_run(run_id, request.staff)
    return render(
        request,
        "delivery/run_page.html",
        {
            **run_words(run),
            **_progress(request, run),
            "timeline": facts.about("run", run_id)[:30],
            "may_search": request.staff.has_role(*SEARCHERS, Role.AUDITOR),
        },
    )


@require_GET
@staff_door(*WATCHERS)
def run_progress(request: StaffRequest, run_id: int) -> HttpResponse:
    """The part of the page that asks again by itself until the run is over."""
    run = queries.visible_run(run_id, request.staff)
    return render(request, "delivery/_progress.html", {**run_words(run), **_progress(request, run)})


@require_GET
@staff_door(*SEARCHERS)
def run_people(request: StaffRequest, run_id: int) -> HttpResponse:
    """The people behind a number of the run's page, masked; those of branches below one's own."""
    run = queries.visible_run(run_id, request.staff)
    rows = Recipient.objects.filter(run=run)
    asked = {name: request.GET.get(name, "") for name in ("state", "reason", "failure", "arm", "channel")}
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    page = keyset_page(rows, request.GET, order=("id",))
    cards = {
        card.id: card
        for card in customers.customer_cards(ids=[row.customer_id for row in page.rows], staff=request.staff)
    }
    people = [{"card": cards.get(row.customer_id), "row": row, **_person(row)} for row in page.rows]
    return render(
        request,
        "delivery/run_people.html",
        {**run_words(run), "page": page, "people": people, "asked": asked},
    )


@require_POST
@staff_door(*DRIVERS)
def run_pause(request: StaffRequest, run_id: int) -> HttpResponse:
    queries.visible_run(run_id, request.staff)
    actions.pause_run(run_id=run_id, by=request.staff, now=request.now)
    messages.success(request, _("The run is paused. Messages already on their way are finished."))
    return redirect("delivery:run_page", run_id)


@require_POST
@staff_door(*DRIVERS)
def run_resume(request: StaffRequest, run_id: int) -> HttpResponse:
    queries.visible_run(run_id, request.staff)
    actions.resume_run(run_id=run_id, by=request.staff, now=request.now)
    messages.success(request, _("The run goes on."))
    return redirect("delivery:run_page", run_id)


@require_POST
@staff_door(*DRIVERS)
def run_cancel(request: StaffRequest, run_id: int) -> HttpResponse:
    queries.visible_run(run_id, request.staff)
    actions.cancel_run(run_id=run_id, by=request.staff, now=request.now)
    messages.success(request, _("The run is cancelled. Nobody else will receive it."))
    return redirect("delivery:run_page", run_id)


@require_POST
@staff_door(*DRIVERS)
def run_pace(request: StaffRequest, run_id: int) -> HttpResponse:
    """An empty field takes the limit away."""
    queries.visible_run(run_id, request.staff)
    form = PaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter a whole number from 1 to 100,000, or nothing for no limit."))
    else:
        speed = form.cleaned_data["per_second"]
        actions.pace_run(run_id=run_id, per_second=speed, by=request.staff, now=request.now)
        messages.success(request, _("The speed is changed. It holds from the next batch on."))
    return redirect("delivery:run_page", run_id)


@require_GET
@staff_door(*SEARCHERS)
def recipient_search(request: StaffRequest) -> HttpResponse:
    """Why did, or didn't, this customer get it?"""
    text, subject = request.GET.get("q", "").strip(), request.GET.get("subject", "").strip()
    cards = customers.find(staff=request.staff, text=text) if text else []
    found = []
    for card in cards[:5]:
        reached = queries.touches_of(card.id)
        if subject:
            reached = [each for each in reached if each.subject == subject]
        found.append({"card": card, "reached": reached})
    return render(
        request, "delivery/recipient_search.html", {"found": found, "asked": {"q": text, "subject": subject}}
    )


def run_words(run: Run) -> dict[str, Any]:
    state = states.RunState(run.state)
    because = states.PAUSE_WORDS.get(run.paused_because, "")
    if not because and run.paused_because.startswith("channel:"):
        because = states.CHANNEL_REFUSED
    return {
        "run": run,
        "state_label": _(states.RUN_STATE_WORDS[state]),
        "state_colour": states.RUN_STATE_COLOURS[state],
        "paused_because": _(because) if because else run.paused_because,
    }


def _progress(request: StaffRequest, run: Run) -> dict[str, Any]:
    progress = queries.run_progress(run.pk, now=request.now)
    return {
        "progress": progress,
        "tiles": _tiles(progress),
        "reasons": [
            {"key": reason.value, "words": _(words), "count": progress.reasons[reason]}
            for reason, words in states.REASON_WORDS.items()
            if progress.reasons.get(reason)
        ],
        "failures": [
            {"key": failure.value, "words": _(words), "count": progress.failures[failure]}
            for failure, words in states.FAILURE_WORDS.items()
            if progress.failures.get(failure)
        ],
        "accounts": [_account(each) for each in standings(plan.account_id for plan in run.plans)],
        "may_drive": request.staff.has_role(*DRIVERS),
        "may_search": request.staff.has_role(*SEARCHERS, Role.AUDITOR),
    }


def _account(standing: Standing) -> dict[str, Any]:
    state = BreakerState(standing.state)
    return {"standing": standing, "words": _(BREAKER_WORDS[state]), "colour": BREAKER_COLOURS[state]}


def _tiles(progress: RunProgress) -> list[dict[str, Any]]:
    return [
        {"key": state.value, "words": _(states.STATE_WORDS[state]), "count": progress.states.get(state, 0)}
        for state in states.State
        if state != states.State.LISTED or progress.states.get(state)
    ]


def _person(row: Recipient) -> dict[str, Any]:
    words = (
        states.REASON_WORDS[states.Reason(row.reason)]
        if row.reason
        else states.FAILURE_WORDS[states.Failure(row.failure)]
        if row.failure
        else ""
    )
    state = states.State(row.state)
    channel = states.CHANNEL_WORDS.get(row.channel, row.channel)
    return {
        "state": _(states.STATE_WORDS[state]),
        "colour": states.STATE_COLOURS[state],
        "why": _(words) if words else "",
        "channel": _(channel) if channel else "",
    }
