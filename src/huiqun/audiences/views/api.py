"""Audiences for the bank's other programs."""

from typing import Any, cast

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from huiqun.audiences import actions, api, queries
from huiqun.audiences.exports import PURPOSES
from huiqun.audiences.models import Audience, AudienceVersion, Membership, Snapshot
from huiqun.foundation.api import ApiRequest, WrongPlace, api_door
from huiqun.foundation.api_forms import PageForm, in_query, listed, page_of, said, said_list

SALT = "audiences.members"


class MembersForm(forms.Form):
    purpose = forms.ChoiceField(choices=[(each, each) for each in PURPOSES])
    after = forms.CharField(required=False)
    size = forms.IntegerField(required=False, min_value=1, max_value=api.MOST_MEMBERS)


@require_GET
@api_door(scope=api.READ)
def audiences(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    given = in_query(asked, PageForm)
    rows = Audience.objects.visible_to(asked.staff).current().select_related("branch")
    found, place = page_of(rows, given)
    return said_list(_with_latest(found), place, lambda told: told)


@require_GET
@api_door(scope=api.READ)
def audience(request: HttpRequest, audience_id: int) -> HttpResponse:
    of = queries.audience(audience_id, cast(ApiRequest, request).staff)
    rows = Audience.objects.filter(pk=audience_id).select_related("branch")
    (told,) = _with_latest(list(rows))
    return said({**told, "rule": of.rule, "rule_digest": of.rule_digest})


@require_GET
@api_door(scope=api.READ)
def snapshots(request: HttpRequest, audience_id: int) -> HttpResponse:
    asked = cast(ApiRequest, request)
    given = in_query(asked, PageForm)
    queries.audience(audience_id, asked.staff)
    rows = Snapshot.objects.visible_to(asked.staff).filter(audience_version__audience=audience_id)
    return listed(rows.select_related("audience_version", "branch"), given, _snapshot)


@require_GET
@api_door(scope=api.MEMBERS)
def members(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """A place says after which customer to go on, and of which snapshot it is: it opens no other."""
    asked = cast(ApiRequest, request)
    given = in_query(asked, MembersForm)
    page = actions.read_snapshot_members(
        snapshot_id=snapshot_id,
        after=_after(given["after"], snapshot_id),
        size=given["size"] or 1_000,
        purpose=given["purpose"],
        api_key_id=asked.api_key.pk,
        by=asked.staff,
        now=asked.now,
    )
    place = signing.dumps([snapshot_id, page.last], salt=SALT) if page.last else ""
    return said_list(
        list(page.members), place, lambda each: {"customer_number": each.number, "arm": each.arm}
    )


def _after(place: str, snapshot_id: int) -> int:
    """:raises WrongPlace"""
    if not place:
        return 0
    try:
        of, after = signing.loads(place, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise WrongPlace() from None
    if of != snapshot_id:
        raise WrongPlace()
    return int(after)


def _with_latest(found: list[Any]) -> list[dict[str, Any]]:
    """Each with its latest version and its size: two queries."""
    ids = [each.pk for each in found]
    versions = AudienceVersion.objects.filter(audience__in=ids).order_by("audience_id", "-number")
    latest = {version.audience_id: version for version in versions.distinct("audience_id")}
    sizes = dict(Membership.objects.filter(audience__in=ids).values_list("audience_id", "count"))
    return [
        {
            "audience_id": each.pk,
            "name": each.name,
            "branch": each.branch.code,
            "version": latest[each.pk].number,
            "sentence": latest[each.pk].sentence,
            "count": sizes.get(each.pk),
        }
        for each in found
    ]


def _snapshot(row: Snapshot) -> dict[str, Any]:
    return {
        "snapshot_id": row.pk,
        "audience_id": row.audience_version.audience_id,
        "version": row.audience_version.number,
        "key": row.key,
        "branch": row.branch.code,
        "as_of": row.as_of,
        "count": row.count,
        "treatment": row.treatment,
        "control": row.control,
        "file_digest": row.file_digest,
        "frozen_at": row.frozen_at,
    }
