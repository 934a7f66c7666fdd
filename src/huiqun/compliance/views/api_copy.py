"""The check for the bank's other programs."""

from datetime import date
from typing import Any, cast

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST

from huiqun.compliance.api import MOST_ITEMS, SCOPE
from huiqun.compliance.forms import CopyForm
from huiqun.compliance.queries import copy
from huiqun.foundation.api import ApiRequest, api_door, body_of
from huiqun.lib.days import local_date

FIELDS = frozenset({"text", "channel", "product_kind", "product_risk", "on"})
UNKNOWN = gettext_noop("There is no such field.")
NOT_PLAIN = gettext_noop("This must be text or a whole number.")


class WrongFields(ValueError):
    """What is wrong with an item, field by field."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self.fields = fields
        super().__init__(str(fields))


@require_POST
@api_door(scope=SCOPE)
def check(request: HttpRequest) -> JsonResponse:
    asked = cast(ApiRequest, request)
    given, today = body_of(request), local_date(asked.now)
    try:
        if "items" in given:
            return JsonResponse({"items": [_judged(item, today) for item in _items(given)]})
        return JsonResponse(_judged(given, today))
    except WrongFields as wrong:
        sentence = ngettext("One field is wrong.", "%(count)s fields are wrong.", len(wrong.fields))
        answer = {"code": "api.wrong_fields", "sentence": sentence % {"count": len(wrong.fields)}}
        return JsonResponse({**answer, "fields": wrong.fields}, status=422)


def _items(given: dict[str, Any]) -> list[dict[str, Any]]:
    items = given["items"]
    fits = isinstance(items, list) and 1 <= len(items) <= MOST_ITEMS and set(given) == {"items"}
    if not fits or not all(isinstance(item, dict) for item in items):
        raise WrongFields(
            {"items": [_("Send a list of 1 to %(most)s objects alone.") % {"most": MOST_ITEMS}]}
        )
    return list(items)


def _judged(item: dict[str, Any], today: date) -> dict[str, Any]:
    values = _values(item)
    on = values.pop("on") or today
    findings = copy.check_copy(**values, on=on)
    return {
        "findings": [finding.as_dict() for finding in findings],
        "rulebook_version": copy.rulebook_version(),
        "on": on.isoformat(),
    }


def _values(item: dict[str, Any]) -> dict[str, Any]:
    wrong = {name: [_(UNKNOWN)] for name in sorted(set(item) - FIELDS)}
    plain = (str, int, type(None))
    wrong |= {
        name: [_(NOT_PLAIN)]
        for name in FIELDS & set(item)
        if not isinstance(item[name], plain) or isinstance(item[name], bool)
    }
    form = CopyForm({} if wrong else {name: str(each) for name, each in item.items() if each is not None})
    if wrong or not form.is_valid():
        raise WrongFields(
            wrong or {name: [str(each) for each in errors] for name, errors in form.errors.items()}
        )
    return dict(form.cleaned_data)
