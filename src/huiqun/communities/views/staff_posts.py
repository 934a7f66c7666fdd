"""The bank reads and speaks in groups."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.communities import actions
from huiqun.communities.forms import MaterialForm, SpeakForm
from huiqun.communities.models.posts import POST_LABELS
from huiqun.communities.queries import desk
from huiqun.communities.queries.doors import visible_group
from huiqun.communities.rules.refusals import WithdrawnAlready
from huiqun.communities.views.roles import READERS, SPEAKERS
from huiqun.compliance import queries as compliance
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.refusal import NotFound, Refusal


@require_GET
@staff_door(*READERS)
def post_list(request: StaffRequest, group_id: int) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("kind", "open")}
    rows = desk.placement_rows(group_id=group_id, staff=request.staff, asked=asked)
    context = {
        "group": visible_group(group_id=group_id, staff=request.staff),
        "page": keyset_page(rows, request.GET),
        "asked": asked,
        "kinds": POST_LABELS.items(),
    }
    return render(request, "communities/post_list.html", context)


@require_GET
@staff_door(*READERS)
def post_page(request: StaffRequest, placement_id: int) -> HttpResponse:
    return _post_page(request, placement_id)


def _post_page(request: StaffRequest, placement_id: int, refusal: Refusal | None = None) -> HttpResponse:
    page = desk.staff_post(placement_id=placement_id, staff=request.staff)
    context = {
        "page": page,
        "item": page.item,
        "group": page.group,
        "may_speak": request.staff.has_role(*SPEAKERS)
        and page.group.is_open
        and not page.item.placement.gone,
        "problem": sentence_of(refusal) if refusal else "",
        "body": request.POST.get("body", "") if refusal else "",
    }
    return render(request, "communities/post_page.html", context, status=refusal.status if refusal else 200)


@require_POST
@staff_door(*SPEAKERS)
def reply(request: StaffRequest, placement_id: int) -> HttpResponse:
    try:
        body = request.POST.get("body", "")
        actions.reply_as_bank(placement_id=placement_id, body=body, by=request.staff, now=request.now)
    except NotFound:
        raise
    except Refusal as refusal:
        return _post_page(request, placement_id, refusal)
    return redirect("communities:post_page", placement_id)


@require_POST
@staff_door(*SPEAKERS)
def pin(request: StaffRequest, placement_id: int) -> HttpResponse:
    pinned = request.POST.get("pinned") == "yes"
    actions.pin_post(placement_id=placement_id, pinned=pinned, by=request.staff, now=request.now)
    return redirect("communities:post_page", placement_id)


@require_POST
@staff_door(*SPEAKERS)
def withdraw(request: StaffRequest, placement_id: int) -> HttpResponse:
    page = desk.staff_post(placement_id=placement_id, staff=request.staff)
    if not page.item.post.is_of_bank:
        raise WithdrawnAlready()
    actions.withdraw_bank_post(post_id=page.item.post.pk, by=request.staff, now=request.now)
    return redirect("communities:post_list", page.group.pk)


@require_http_methods(["GET", "POST"])
@staff_door(*SPEAKERS)
def speak(request: StaffRequest, group_id: int) -> HttpResponse:
    """As oneself, within limits: what is not allowed is said with the words still there."""
    group = visible_group(group_id=group_id, staff=request.staff)
    choices = desk.groups_to_speak_in(request.staff)
    form = SpeakForm(request.POST or None, groups=choices, initial={"groups": [group_id]})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _speak(request, dict(form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
            status = refusal.status
        else:
            return redirect("communities:post_list", group_id)
    return render(request, "communities/speak.html", {"group": group, "form": form}, status=status)


def _speak(request: StaffRequest, values: dict[str, Any]) -> None:
    extras = actions.Extras(
        options=values.pop("options").splitlines(),
        answer=values.pop("answer"),
        address=values.pop("address"),
        seconds=values.pop("seconds") or 0,
        subtitles=values.pop("subtitles"),
    )
    actions.post_as_bank(**values, extras=extras, by=request.staff, now=request.now)


@require_http_methods(["GET", "POST"])
@staff_door(*SPEAKERS)
def material(request: StaffRequest, group_id: int) -> HttpResponse:
    """In approved words, to the letter."""
    group = visible_group(group_id=group_id, staff=request.staff)
    words = compliance.approved_words(staff=request.staff)
    form = MaterialForm(
        request.POST or None,
        groups=desk.groups_to_speak_in(request.staff),
        materials=[(f"{each.subject} {each.digest}", each.title) for each in words],
        initial={"groups": [group_id]},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        subject, _space, digest = values["material"].partition(" ")
        actions.post_material(
            groups=values["groups"],
            kind="article",
            subject=subject,
            digest=digest,
            topic=values["topic"],
            by=request.staff,
            now=request.now,
        )
        return redirect("communities:post_list", group_id)
    return render(request, "communities/material.html", {"group": group, "form": form, "words": words})


@require_GET
@staff_door(*READERS)
def picture(request: StaffRequest, picture_id: int) -> HttpResponse:
    content = desk.staff_picture(picture_id=picture_id, staff=request.staff)
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=600"
    return response
