"""Doors to the list of audiences, to one audience, and to what was frozen of it."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.audiences import actions, queries, rules
from huiqun.audiences.models import Audience, AudienceVersion, Membership, Snapshot
from huiqun.audiences.presets import PRESETS
from huiqun.audiences.queries.words import sentences
from huiqun.audiences.views.roles import READERS, WRITERS, may
from huiqun.audiences.views.shown import visible_audience
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.models import Branch
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import NotFound


@require_GET
@staff_door(*READERS)
def audience_list(request: StaffRequest) -> HttpResponse:
    rows = Audience.objects.visible_to(request.staff).current().select_related("branch", "created_by")
    name, branch = request.GET.get("name", "").strip(), request.GET.get("branch", "")
    if name:
        rows = rows.filter(name__icontains=name)
    if branch:
        rows = rows.filter(branch__code=branch)
    page = keyset_page(rows, request.GET)
    context = {
        "page": page,
        "rows": _with_latest(page.rows),
        "name": name,
        "branch": branch,
        "branches": Branch.objects.visible_to(request.staff),
        "moved": queries.moved(staff=request.staff, day=local_date(request.now)),
        "may_write": request.staff.has_role(*WRITERS),
    }
    return render(request, "audiences/audience_list.html", context)


@require_GET
@staff_door(*READERS)
def preset_list(request: StaffRequest) -> HttpResponse:
    grouped: dict[str, list[Any]] = {}
    for preset in PRESETS:
        words = queries.sentence(preset.rule, get_language() or "zh-hans")
        grouped.setdefault(preset.group, []).append((preset, words))
    context = {"groups": list(grouped.items()), "may_write": request.staff.has_role(*WRITERS)}
    return render(request, "audiences/preset_list.html", context)


@require_GET
@staff_door(*READERS)
def audience_page(request: StaffRequest, audience_id: int) -> HttpResponse:
    audience = visible_audience(request, audience_id)
    versions = list(audience.versions.select_related("created_by").order_by("-number")[:50])
    for version, words in zip(versions, sentences([each.rule for each in versions]), strict=True):
        version.words = words
    snapshots = (
        Snapshot.objects.visible_to(request.staff)
        .filter(audience_version__audience=audience)
        .select_related("audience_version", "branch", "frozen_by")
        .order_by("-id")[:50]
    )
    latest = versions[0]
    context = {
        "audience": audience,
        "latest": latest,
        "words": latest.words,
        "rule_text": json.dumps(latest.rule, ensure_ascii=False, indent=2),
        "lines": queries.outline(latest.rule, get_language() or "zh-hans"),
        "versions": versions,
        "snapshots": snapshots,
        "tab": "overview",
        "membership": queries.membership(
            audience_id=audience.pk, staff=request.staff, today=local_date(request.now)
        ),
        "used_by": queries.used_by(audience_id=audience.pk, staff=request.staff),
        **may(request),
    }
    if context["may_read_sql"]:
        context["sql"] = _sql(request, latest, audience)
    return render(request, "audiences/audience_page.html", context)


@require_GET
@staff_door(*READERS)
def audience_diff(request: StaffRequest, audience_id: int) -> HttpResponse:
    audience = visible_audience(request, audience_id)
    new = _version(audience, request.GET.get("new", ""), audience.latest.number)
    old = _version(audience, request.GET.get("old", ""), max(1, new.number - 1))
    language = get_language() or "zh-hans"
    context = {
        "audience": audience,
        "old": old,
        "new": new,
        "lines": rules.diff(queries.outline(old.rule, language), queries.outline(new.rule, language)),
        "numbers": audience.versions.order_by("-number").values_list("number", flat=True),
    }
    return render(request, "audiences/audience_diff.html", context)


@require_POST
@staff_door(*WRITERS)
def audience_archive(request: StaffRequest, audience_id: int) -> HttpResponse:
    actions.archive_audience(audience_id=audience_id, by=request.staff, now=request.now)
    messages.success(request, _("The audience is archived. Its versions and snapshots stay."))
    return redirect("audiences:audience_list")


@require_GET
@staff_door(*READERS)
def snapshot_page(request: StaffRequest, snapshot_id: int) -> HttpResponse:
    rows = Snapshot.objects.visible_to(request.staff)
    snapshot = (
        rows.select_related("audience_version__audience", "branch", "frozen_by")
        .filter(pk=snapshot_id)
        .first()
    )
    if snapshot is None:
        raise NotFound()
    context = {
        "snapshot": snapshot,
        "version": snapshot.audience_version,
        "words": sentences([snapshot.audience_version.rule])[0],
        "control_percent": snapshot.control_share / 10_000,
        "share": snapshot.control / snapshot.count if snapshot.count else None,
        "may_open": Audience.objects.visible_to(request.staff)
        .filter(pk=snapshot.audience_version.audience_id)
        .exists(),
    }
    return render(request, "audiences/snapshot_page.html", context)


def _version(audience: Audience, number: str, otherwise: int) -> AudienceVersion:
    version: AudienceVersion | None = audience.versions.filter(number=whole(number, otherwise)).first()
    if version is None:
        raise NotFound()
    return version


def _with_latest(audiences: Any) -> list[tuple[Audience, AudienceVersion, str, int | None]]:
    """Each audience with its latest version, that rule in the reader's language, and its size: two queries."""
    ids = [audience.pk for audience in audiences]
    rows = AudienceVersion.objects.filter(audience__in=ids).order_by("audience_id", "-number")
    latest = {version.audience_id: version for version in rows.distinct("audience_id")}
    words = sentences([latest[each.pk].rule for each in audiences])
    sizes = dict(Membership.objects.filter(audience__in=ids).values_list("audience_id", "count"))
    return [
        (audience, latest[audience.pk], said, sizes.get(audience.pk))
        for audience, said in zip(audiences, words, strict=True)
    ]


def _sql(request: StaffRequest, version: AudienceVersion, audience: Audience) -> str:
    branch_ids = queries.branches_below(audience.branch_id)
    return queries.sql(rule=version.rule, branch_ids=branch_ids, today=local_date(request.now))
