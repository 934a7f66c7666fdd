"""Groups at the operators' desk."""

from typing import Any, cast

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.communities import actions
from huiqun.communities.forms import GroupForm, TeamForm
from huiqun.communities.models.groups import KIND_LABELS
from huiqun.communities.models.members import MEMBER_LABELS
from huiqun.communities.queries import desk
from huiqun.communities.queries.doors import visible_group
from huiqun.communities.views.roles import KEEPERS, READERS
from huiqun.customers import queries as customers
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.numbers import whole

SHOWN = (
    "name",
    "kind",
    "purpose",
    "goals",
    "rules",
    "data_use",
    "welcome",
    "joining",
    "moderation",
    "size_limit",
)


@require_GET
@staff_door(*READERS)
def group_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "kind", "state")}
    page = keyset_page(desk.group_rows(staff=request.staff, asked=asked), request.GET)
    context = {
        "page": page,
        "asked": asked,
        "kinds": KIND_LABELS.items(),
        "may_keep": request.staff.has_role(*KEEPERS),
    }
    return render(request, "communities/group_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(*KEEPERS)
def group_new(request: StaffRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        group_id = actions.create_group(terms=form.terms(), by=request.staff, now=request.now)
        return redirect("communities:group_page", group_id)
    return render(request, "communities/group_form.html", {"form": form, "group": None})


@require_http_methods(["GET", "POST"])
@staff_door(*KEEPERS)
def group_edit(request: StaffRequest, group_id: int) -> HttpResponse:
    group = visible_group(group_id=group_id, staff=request.staff)
    initial: dict[str, Any] = {name: getattr(group, name) for name in SHOWN}
    initial |= {"topics": "，".join(group.topics), "tags": "，".join(group.tags)}
    form = GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        actions.update_group(
            group_id=group_id,
            terms=form.terms(),
            version=whole(version),
            by=request.staff,
            now=request.now,
        )
        return redirect("communities:group_page", group_id)
    return render(request, "communities/group_form.html", {"form": form, "group": group})


@require_GET
@staff_door(*READERS)
def group_page(request: StaffRequest, group_id: int) -> HttpResponse:
    page = desk.group_page(group_id=group_id, staff=request.staff, now=request.now)
    link = request.build_absolute_uri(reverse("my_communities:join", args=[page.group.token]))
    context = {
        "page": page,
        "group": page.group,
        "link": link,
        "qr": segno.make(f"{link}?way=qr", error="m").svg_data_uri(scale=4),
        "may_keep": request.staff.has_role(*KEEPERS) and page.group.is_open,
    }
    return render(request, "communities/group_page.html", context)


@require_POST
@staff_door(*KEEPERS)
def group_close(request: StaffRequest, group_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.close_group(group_id=group_id, reason=reason, by=request.staff, now=request.now)
    return redirect("communities:group_page", group_id)


@require_POST
@staff_door(*KEEPERS)
def group_link(request: StaffRequest, group_id: int) -> HttpResponse:
    actions.renew_link(group_id=group_id, by=request.staff, now=request.now)
    _say(request, _("The link is new; the former one leads nowhere any more."))
    return redirect("communities:group_page", group_id)


@require_http_methods(["GET", "POST"])
@staff_door(*KEEPERS)
def group_team(request: StaffRequest, group_id: int) -> HttpResponse:
    group = visible_group(group_id=group_id, staff=request.staff)
    initial = {"weekdays": [1, 2, 3, 4, 5]}
    form = TeamForm(request.POST or None, people=desk.people_of(request.staff), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        actions.set_duties(
            group_id=group_id, staff_id=values.pop("staff"), **values, by=request.staff, now=request.now
        )
        return redirect("communities:group_team", group_id)
    context = {"group": group, "form": form, "team": desk.team_lines(group)}
    return render(request, "communities/group_team.html", context)


@require_GET
@staff_door(*READERS)
def member_list(request: StaffRequest, group_id: int) -> HttpResponse:
    """By the names they chose; who sees the customer sees whose it is, masked."""
    state = request.GET.get("state", "active")
    rows = desk.member_rows(
        group_id=group_id, staff=request.staff, state=state if state in MEMBER_LABELS else ""
    )
    page = keyset_page(rows, request.GET)
    cards = customers.customer_cards(ids=[row.customer_id for row in page.rows], staff=request.staff)
    known = {card.id: card for card in cards}
    context = {
        "group": visible_group(group_id=group_id, staff=request.staff),
        "page": page,
        "members": [{"row": row, "card": known.get(row.customer_id)} for row in page.rows],
        "state": state,
        "states": MEMBER_LABELS.items(),
        "may_invite": request.staff.has_role(*KEEPERS, Role.RELATIONSHIP_MANAGER),
        "now": request.now,
    }
    return render(request, "communities/member_list.html", context)


@require_POST
@staff_door(*KEEPERS, Role.RELATIONSHIP_MANAGER)
def group_invite(request: StaffRequest, group_id: int) -> HttpResponse:
    """One customer by number, or everybody of an audience's snapshot."""
    group = visible_group(group_id=group_id, staff=request.staff)
    snapshot, number = whole(request.POST.get("snapshot", "")), request.POST.get("number", "").strip()
    if snapshot:
        count = actions.invite_audience(
            group_id=group_id, snapshot_id=snapshot, by=request.staff, now=request.now
        )
        _say(request, _("%(n)s customers were invited.") % {"n": count})
    elif number:
        actions.invite_customer(group_id=group_id, number=number, by=request.staff, now=request.now)
        _say(request, _("The customer was invited."))
    return redirect("communities:member_list", group.pk)


def _say(request: StaffRequest, words: str) -> None:
    messages.success(cast(HttpRequest, request), words)
