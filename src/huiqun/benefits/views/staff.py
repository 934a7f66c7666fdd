"""The offers and who claimed them. They are planned with their campaign; here they are watched."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiqun.benefits import queries
from huiqun.benefits.models import KIND_LABELS, Benefit, BenefitPicture
from huiqun.benefits.queries.linting import examine_terms
from huiqun.benefits.queries.plain import plain_terms
from huiqun.benefits.views.roles import CLAIM_READERS, PLANNERS, READERS
from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date


@require_GET
@staff_door(*READERS)
def benefit_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "kind", "state")}
    page = keyset_page(queries.benefit_rows(staff=request.staff, now=request.now, **asked), request.GET)
    benefits = [{"row": row, "state": state_of(row, request.now)} for row in page.rows]
    context = {
        "page": page,
        "benefits": benefits,
        "asked": asked,
        "kinds": KIND_LABELS.items(),
        "may_plan": request.staff.has_role(*PLANNERS),
    }
    return render(request, "benefits/benefit_list.html", context)


@require_GET
@staff_door(*READERS)
def benefit_page(request: StaffRequest, benefit_id: int) -> HttpResponse:
    benefit = queries.visible_benefit(benefit_id, request.staff)
    page = keyset_page(queries.claim_rows(benefit_id), request.GET)
    # A campaign of the head office is claimed by customers of all branches: each sees their own.
    cards = customers.customer_cards(ids=[claim.customer_id for claim in page.rows], staff=request.staff)
    known = {card.id: card for card in cards}
    context = {
        "benefit": benefit,
        "state": state_of(benefit, request.now),
        "page": page,
        "claims": [{"row": claim, "card": known.get(claim.customer_id)} for claim in page.rows],
        "total_fen": benefit.claimed * benefit.value_fen,
        "bank_fen": benefit.claimed * benefit.value_fen * benefit.bank_share // 10_000,
        "plain": plain_terms(benefit.as_terms),
        "examined": examine_terms(benefit.as_terms, on=local_date(request.now)),
        "approval": compliance.approval_of(benefit.reviewed_as),
        "picture": BenefitPicture.objects.filter(benefit=benefit).defer("content").first(),
        "may_plan": request.staff.has_role(*PLANNERS),
        "may_see_claims": request.staff.has_role(*CLAIM_READERS),
    }
    return render(request, "benefits/benefit_page.html", context)


def state_of(benefit: Benefit, now: datetime) -> tuple[str, str]:
    """Label and colour."""
    if not benefit.is_frozen:
        return _("Draft"), "grey"
    if now < benefit.claim_start_at:
        return _("Not yet open"), "blue"
    if now >= benefit.claim_end_at:
        return _("Claims ended"), "grey"
    return (_("Open for claims"), "green") if benefit.left else (_("All claimed"), "gold")
