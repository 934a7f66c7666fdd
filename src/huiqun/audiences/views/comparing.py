"""Doors to an audience beside others and beside the whole bank."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqun.audiences import queries
from huiqun.audiences.refusals import OverlapOfTooFew
from huiqun.audiences.views.drawings import bars_of, matrix_of, regions_of, venn_of
from huiqun.audiences.views.roles import READERS, may
from huiqun.audiences.views.shown import visible_audience
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.models import Branch
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole

MOST_CHOICES = 500


@require_GET
@staff_door(*READERS)
def overlap(request: StaffRequest) -> HttpResponse:
    """Who is in several audiences at once: circles for up to three, a table for up to six."""
    wanted = list(dict.fromkeys(filter(None, map(whole, request.GET.getlist("audience")))))
    branch_id = whole(request.GET.get("branch_id", "")) or None
    context: dict[str, Any] = {
        "choices": queries.audience_choices(request.staff)[:MOST_CHOICES],
        "wanted": wanted,
        "branches": Branch.objects.visible_to(request.staff),
        "branch_id": branch_id,
    }
    if wanted:
        try:
            found = queries.overlap(
                audience_ids=wanted, staff=request.staff, today=local_date(request.now), branch_id=branch_id
            )
            context |= {
                "overlap": found,
                "venn": venn_of(found),
                "regions": regions_of(found),
                "matrix": matrix_of(found),
            }
        except OverlapOfTooFew as refusal:
            context["problem"] = sentence_of(refusal)
    return render(request, "audiences/overlap.html", context)


@require_GET
@staff_door(*READERS)
def audience_profile(request: StaffRequest, audience_id: int) -> HttpResponse:
    """What it is like beside all customers of its branch."""
    audience = visible_audience(request, audience_id)
    found = queries.profile(audience_id=audience_id, staff=request.staff, today=local_date(request.now))
    context = {
        "audience": audience,
        "tab": "profile",
        "profile": found,
        "groups": [(group, bars_of(group)) for group in found.groups],
        **may(request),
    }
    return render(request, "audiences/audience_profile.html", context)
