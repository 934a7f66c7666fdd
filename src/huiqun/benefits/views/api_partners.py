"""The interface for partners' tills: each key acts for the one partner that it is bound to."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.benefits import api
from huiqun.benefits.actions.redeeming import redeem
from huiqun.benefits.queries.counter import slip
from huiqun.benefits.rules.refusals_settling import ClockOff
from huiqun.foundation.api import ApiRequest, api_door
from huiqun.foundation.api_forms import in_body, in_query, said
from huiqun.lib.days import local_date, local_time
from huiqun.lib.words import gettext_noop
from huiqun.partners import queries as partners

CLOCKS_DIFFER = timedelta(minutes=10)
NO_ZONE = gettext_noop("Write an instant with its zone, such as 2026-11-20T10:00:00+08:00.")


class CodeForm(forms.Form):
    code = forms.CharField(max_length=64)


class RedeemForm(CodeForm):
    at = forms.CharField(max_length=40)
    document = forms.CharField(max_length=40, required=False)

    def clean_at(self) -> datetime:
        try:
            at = datetime.fromisoformat(self.cleaned_data["at"])
        except ValueError:
            raise forms.ValidationError(_(NO_ZONE)) from None
        if at.tzinfo is None:
            raise forms.ValidationError(_(NO_ZONE))
        return at.astimezone(UTC)


@require_POST
@api_door(scope=api.REDEEM, once=True)
def redemption_new(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    partner_id = partners.partner_of_key(asked.api_key.pk)
    given = in_body(asked, RedeemForm)
    _check_clock(given["at"], asked.now)
    done = redeem(
        code=given["code"],
        key=_key(asked),
        partner_id=partner_id,
        api_key_id=asked.api_key.pk,
        document=given["document"],
        now=asked.now,
    )
    return said({"used": done.is_first, "used_at": done.used_at, "shop": done.shop, "piece": done.claim_id})


def _key(asked: ApiRequest) -> str:
    """The caller's own key, so that a call is still known when the interface has forgotten it."""
    given = f"{asked.api_key.pk}:{asked.headers.get('Idempotency-Key', '')}"
    return hashlib.sha256(given.encode()).hexdigest()


def _check_clock(at: datetime, now: datetime) -> None:
    """:raises ClockOff"""
    if abs(at - now) > CLOCKS_DIFFER:
        minutes = int(CLOCKS_DIFFER.total_seconds() // 60)
        raise ClockOff(minutes=minutes, now=local_time(now).isoformat(timespec="seconds"))


@require_GET
@api_door(scope=api.REDEEM)
def redemption_state(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    partner_id = partners.partner_of_key(asked.api_key.pk)
    code = in_query(asked, CodeForm)["code"]
    found = slip(code=code, partner_id=partner_id, today=local_date(asked.now))
    answer: dict[str, Any] = {
        "piece": found.claim_id,
        "item": found.item,
        "state": found.state.value,
        "usable": found.is_usable,
        "usable_until": found.last_day,
        "real_name": found.real_name,
        "used_at": found.used_at,
        "shop": found.shop,
    }
    return said(answer)
