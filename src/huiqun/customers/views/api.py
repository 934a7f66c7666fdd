"""Consents for the bank's other programs."""

from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import actions, api, queries
from huiqun.customers.actions.told_consents import ToldConsent
from huiqun.customers.queries.consents import Answer, consent_history
from huiqun.customers.rules import ConsentState
from huiqun.foundation.api import ApiRequest, WrongFields, api_door, body_of
from huiqun.foundation.api_forms import in_query, read_item, said
from huiqun.lib.words import gettext_noop

NO_ZONE = gettext_noop("Write an instant with its zone, such as 2026-11-20T10:00:00+08:00.")
NO_TEXT = gettext_noop("A consent names the published text that was agreed to.")


class OneForm(forms.Form):
    customer_number = forms.CharField(max_length=40)


class ImportForm(forms.Form):
    name = forms.CharField(max_length=100)


class AnswerForm(forms.Form):
    customer_number = forms.CharField(max_length=40)
    channel = forms.ChoiceField(choices=[(each, each) for each in api.CHANNELS])
    purpose = forms.ChoiceField(choices=[(each, each) for each in api.PURPOSES])
    state = forms.ChoiceField(choices=[(each, each) for each in api.STATES])
    text_version = forms.CharField(max_length=40, required=False)
    at = forms.CharField(max_length=40)
    evidence = forms.RegexField(r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$", max_length=60)

    def clean_at(self) -> datetime:
        try:
            at = datetime.fromisoformat(self.cleaned_data["at"])
        except ValueError:
            raise forms.ValidationError(_(NO_ZONE)) from None
        if at.tzinfo is None:
            raise forms.ValidationError(_(NO_ZONE))
        return at.astimezone(UTC)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("state") == ConsentState.GIVEN and not given.get("text_version"):
            self.add_error("text_version", _(NO_TEXT))
        if given.get("state") == ConsentState.WITHDRAWN:
            given["text_version"] = ""
        return given


@require_GET
@api_door(scope=api.READ)
def consents(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    number = in_query(asked, OneForm)["customer_number"]
    customer_id = queries.visible_id(number=number, staff=asked.staff)
    return said(
        {
            "now": [_answer(each) for each in queries.consents_of(customer_id=customer_id)],
            "ledger": [_answer(each) for each in consent_history(customer_id=customer_id)],
        }
    )


@require_POST
@api_door(scope=api.WRITE, once=True)
def consents_import(request: HttpRequest) -> HttpResponse:
    asked = cast(ApiRequest, request)
    given = body_of(asked)
    answers = given.pop("answers", None)
    name = read_item(ImportForm, given)["name"]
    told = actions.import_told_consents(
        name=name, answers=_read(answers), content=asked.body, by=asked.staff, now=asked.now
    )
    return said(
        {
            "import_id": told.import_id,
            "applied": told.applied,
            "unchanged": told.unchanged,
            "refused": [{"line": line, "code": code} for line, code in told.refused],
        }
    )


def _read(answers: Any) -> list[ToldConsent]:
    """All of them or none: a form that is wrong is mended by who wrote the program. :raises WrongFields"""
    fits = isinstance(answers, list) and 1 <= len(answers) <= api.MOST_ANSWERS
    if not fits or not all(isinstance(each, dict) for each in answers):
        raise WrongFields(
            {"answers": [_("Send a list of 1 to %(most)s objects.") % {"most": api.MOST_ANSWERS}]}
        )
    read: list[ToldConsent] = []
    wrong: dict[str, list[str]] = {}
    for line, each in enumerate(answers, 1):
        try:
            read.append(ToldConsent(**read_item(AnswerForm, each)))
        except WrongFields as refusal:
            wrong |= {f"answers.{line}.{field}": problems for field, problems in refusal.fields.items()}
    if wrong:
        raise WrongFields(wrong)
    return read


def _answer(each: Answer) -> dict[str, Any]:
    return {
        "channel": each.channel,
        "purpose": each.purpose,
        "state": each.state,
        "text_version": each.text_version,
        "source": each.source,
        "at": each.at,
    }
