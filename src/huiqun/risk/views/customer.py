"""What a customer sees of claims that were stopped: why, until when, and how to appeal."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from huiqun.foundation.http import CustomerRequest, customer_door
from huiqun.risk import actions
from huiqun.risk.actions.judging import told_of
from huiqun.risk.models import CASE_COLOURS, CASE_STATES, OUTCOME_COLOURS, OUTCOME_LABELS
from huiqun.risk.queries import cases as queries
from huiqun.risk.queries.cases import Mine
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.states import CaseState


@never_cache
@require_safe
@customer_door()
def judgements(request: CustomerRequest) -> HttpResponse:
    rows = [_shown(each) for each in queries.mine(request.customer_id, now=request.now)]
    return render(request, "risk/my_judgements.html", {"rows": rows})


@never_cache
@require_safe
@customer_door()
def judgement(request: CustomerRequest, judgement_id: int) -> HttpResponse:
    found = queries.my_judgement(judgement_id, request.customer_id, now=request.now)
    return render(request, "risk/my_judgement.html", _shown(found))


@require_POST
@customer_door()
def appeal(request: CustomerRequest, judgement_id: int) -> HttpResponse:
    actions.appeal(
        judgement_id=judgement_id,
        customer_id=request.customer_id,
        words=request.POST.get("words", ""),
        now=request.now,
    )
    return redirect("risk_my:judgement", judgement_id)


def _shown(mine: Mine) -> dict[str, object]:
    row, latest = mine.judgement, mine.appeal or mine.held
    return {
        "row": row,
        "mine": mine,
        "told": gettext(told_of(row.reason)),
        "state": CASE_STATES[CaseState(latest.state)] if latest else OUTCOME_LABELS[Outcome(row.outcome)],
        "colour": CASE_COLOURS[CaseState(latest.state)] if latest else OUTCOME_COLOURS[Outcome(row.outcome)],
    }
