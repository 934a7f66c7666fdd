"""Delivery for the bank's other programs."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.delivery import actions, api, queries
from huiqun.delivery.models import Run, Suppression
from huiqun.delivery.models.people import SUPPRESSION_REASONS
from huiqun.delivery.queries import suppressions as lists
from huiqun.delivery.queries.people import Reached, reached_of, recipients_of
from huiqun.delivery.queries.runs import line as line_of
from huiqun.delivery.rules.states import SENDING, RunState
from huiqun.foundation.api import ApiRequest, WrongFields, api_door
from huiqun.foundation.api_forms import PageForm, in_body, in_query, listed, page_of, said, said_list
from huiqun.lib.days import end_of_day
from huiqun.lib.refusal import NotFound

STATES = [(each.value, each.value) for each in RunState]
CHANNELS = [(each, each) for each in ("all", *SENDING)]


class RunsForm(PageForm):
    state = forms.ChoiceField(choices=[("", ""), *STATES], required=False)
    subject = forms.CharField(max_length=80, required=False)


class MessagesForm(PageForm):
    customer_number = forms.CharField(max_length=40)
    subject = forms.CharField(max_length=80, required=False)


class SuppressionsForm(PageForm):
    customer_number = forms.CharField(max_length=40, required=False)
    channel = forms.ChoiceField(choices=[("", ""), *CHANNELS], required=False)
    reason = forms.ChoiceField(choices=[("", ""), *SUPPRESSION_REASONS], required=False)
    ended = forms.ChoiceField(choices=[("", ""), ("yes", "yes")], required=False)


class SuppressForm(forms.Form):
    customer_number = forms.CharField(max_length=40)
    channel = forms.ChoiceField(choices=CHANNELS)
    reason = forms.ChoiceField(choices=SUPPRESSION_REASONS)
    last_day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class LiftForm(forms.Form):
    reason = forms.CharField(max_length=200)


@require_GET
@api_door(scope=api.RUNS)
def runs(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    given = in_query(asked, RunsForm)
    rows = Run.objects.visible_to(asked.staff).select_related("branch")
    if given["state"]:
        rows = rows.filter(state=given["state"])
    if given["subject"]:
        rows = rows.filter(subject=given["subject"])
    return listed(rows, given, _run)


@require_GET
@api_door(scope=api.RUNS)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    asked = cast(ApiRequest, request)
    found = queries.visible_run(run_id, asked.staff)
    progress = queries.run_progress(run_id)
    counts = {name: dict(getattr(progress, name)) for name in ("states", "reasons", "failures", "arms")}
    settled = {name: getattr(progress, name) for name in ("sent", "dropped", "failed", "open")}
    return said({**_run(found), **counts, **settled, "paused_because": progress.paused_because})


def _run(run: Run) -> dict[str, Any]:
    line = line_of(run)
    return {
        "run_id": line.run_id,
        "subject": line.subject,
        "step": line.step,
        "digest": line.digest,
        "state": line.state,
        "source": line.source,
        "audience": line.audience,
        "branch": run.branch.code,
        "opened_at": line.opened_at,
        "finished_at": line.finished_at,
    }


@require_GET
@api_door(scope=api.MESSAGES)
def messages(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    given = in_query(asked, MessagesForm)
    customer_id = customers.visible_id(number=given["customer_number"], staff=asked.staff)
    rows = recipients_of(customer_id=customer_id, subject=given["subject"])
    found, place = page_of(rows, given)
    return said_list(reached_of(found), place, _message)


def _message(each: Reached) -> dict[str, Any]:
    return {
        "recipient_id": each.recipient_id,
        "run_id": each.run_id,
        "subject": each.subject,
        "step": each.step,
        "arm": each.arm,
        "channel": each.channel,
        "variant": each.variant_key,
        "state": each.state,
        "reason": each.reason,
        "failure": each.failure,
        "sent_at": each.sent_at,
        "delivered_at": each.delivered_at,
        "words": _words(each),
        "touches": [{"kind": touch.kind, "at": touch.at} for touch in each.touches],
    }


def _words(each: Reached) -> dict[str, str] | None:
    """As they were approved: places are not filled in, so that no name leaves with them."""
    if not each.variant_key or each.sent_at is None:
        return None
    try:
        words = compliance.words_of(each.digest, each.variant_key)
    except NotFound:
        return None
    return {"digest": each.digest, "title": words.subject, "body": words.body}


@require_GET
@api_door(scope=api.SUPPRESSIONS)
def suppression_list(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    given = in_query(asked, SuppressionsForm)
    wanted = {name: given[name] for name in ("channel", "reason", "ended")}
    rows = lists.blocked(staff=asked.staff, asked=wanted, now=asked.now)
    if number := given["customer_number"]:
        rows = rows.filter(customer_id__in=customers.customer_ids_by_number([number]).values())
    found, place = page_of(rows, given)
    return said_list(
        lists.shown(cast(list[Suppression], found), staff=asked.staff, now=asked.now), place, _blocked
    )


@require_POST
@api_door(scope=api.SUPPRESS, once=True)
def suppression_add(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    given = in_body(asked, SuppressForm)
    customer_id = customers.visible_id(number=given["customer_number"], staff=asked.staff)
    channel = "" if given["channel"] == "all" else given["channel"]
    is_new = actions.suppress(
        customer_id=customer_id,
        channel=channel,
        reason=given["reason"],
        until_at=_end_of(given["last_day"], asked.now),
        by=asked.staff,
        now=asked.now,
    )
    row = lists.of(customer_id=customer_id, channel=channel)
    (shown,) = lists.shown([row], staff=asked.staff, now=asked.now)
    return said({"is_new": is_new, **_blocked(shown)})


def _end_of(last_day: date | None, now: datetime) -> datetime | None:
    """:raises WrongFields when it has passed"""
    until_at = end_of_day(last_day) if last_day else None
    if until_at is not None and until_at <= now:
        raise WrongFields({"last_day": [_("This day has passed.")]})
    return until_at


@require_POST
@api_door(scope=api.SUPPRESS, once=True)
def suppression_lift(request: HttpRequest, suppression_id: int) -> HttpResponse:
    asked = cast(ApiRequest, request)
    reason = in_body(asked, LiftForm)["reason"]
    outcome = actions.ask_to_lift(suppression_id=suppression_id, reason=reason, by=asked.staff, now=asked.now)
    return said({"outcome": outcome})


def _blocked(each: lists.Blocked) -> dict[str, Any]:
    return {
        "suppression_id": each.row.pk,
        "customer_number": each.card.number,
        "channel": each.row.channel or "all",
        "reason": each.row.reason,
        "since": each.row.since_at,
        "until": each.row.until_at,
        "stands": each.stands,
    }
