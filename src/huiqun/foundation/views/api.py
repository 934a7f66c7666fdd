"""What programs find: the OpenAPI document, and a page that shows it to people."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiqun.foundation.api import DESCRIBED, SCOPES, Described
from huiqun.foundation.http import StaffRequest, public_door, staff_door

REFUSAL = {
    "type": "object",
    "required": ["code", "sentence"],
    "properties": {
        "code": {"type": "string"},
        "sentence": {"type": "string"},
        "citations": {"type": "array", "items": {"type": "string"}},
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}
ALWAYS = {
    "401": "No valid key.",
    "403": "The key lacks the scope, or whoever made it the role.",
    "429": "Too many calls in this minute; see Retry-After.",
}
WITH_BODY = {"400": "The body is no JSON object, or a header is missing."}
WITH_PLACE = {"404": "There is nothing here, or it belongs to another branch."}
WITH_FIELDS = {"422": "A field is wrong; `fields` says which and why."}
ONCE = {"409": "It cannot be done as things stand, or the Idempotency-Key was used for another call."}
CALL_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
    "description": "One for each thing to be done. The same call again gets the same answer and does nothing.",
}


@require_GET
@public_door(reason="programs read how to talk to us before they have a key; it holds no data")
def openapi(request: HttpRequest) -> JsonResponse:
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def document() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for each in DESCRIBED:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Huiqun 汇群", "version": "1"},
        "servers": [{"url": settings.HUIQUN_PUBLIC_URL}],
        "security": [{"key": []}],
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Refusal": REFUSAL},
        },
        "paths": paths,
    }


def _operation(each: Described) -> dict[str, Any]:
    refused = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    told: dict[str, Any] = {
        "summary": each.summary,
        "description": f"Scope: {each.scope}",
        "operationId": each.operation_id,
        "tags": [each.path.split("/")[2]],
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": each.response}}},
            **{code: {"description": words, "content": refused} for code, words in _refusals(each).items()},
        },
    }
    if parameters := _parameters(each):
        told["parameters"] = parameters
    if each.request is not None:
        told["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": each.request}},
        }
    return told


def _refusals(each: Described) -> dict[str, str]:
    found = dict(ALWAYS)
    if each.request is not None or each.once or "after" in each.parameters:
        found |= WITH_BODY
    if each.places:
        found |= WITH_PLACE
    if each.request is not None or each.parameters:
        found |= WITH_FIELDS
    return dict(sorted((found | (ONCE if each.once else {})).items()))


def _parameters(each: Described) -> list[dict[str, Any]]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
        for name in each.places
    ]
    query = [_in_query(name, schema) for name, schema in each.parameters.items()]
    return [*path, *query, *([CALL_KEY] if each.once else [])]


def _in_query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in schema.items() if key not in {"required", "description"}}
    parameter: dict[str, Any] = {
        "name": name,
        "in": "query",
        "required": bool(schema.get("required")),
        "schema": told,
    }
    if words := schema.get("description"):
        parameter["description"] = words
    return parameter


@require_GET
@staff_door()
def api_page(request: StaffRequest) -> HttpResponse:
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in DESCRIBED:
        groups.setdefault(each.scope, []).append(_shown(each))
    context = {
        "groups": [(scope, _(SCOPES[scope]), operations) for scope, operations in groups.items()],
        "example": f"{settings.HUIQUN_PUBLIC_URL}/api/delivery/runs/",
    }
    return render(request, "foundation/api.html", context)


def _shown(each: Described) -> dict[str, Any]:
    request = each.request or {}
    fields = [
        _field(name, field, required=name in request.get("required", ()))
        for name, field in request.get("properties", {}).items()
    ]
    asked = [
        _field(name, field, required=bool(field.get("required"))) for name, field in each.parameters.items()
    ]
    return {
        "method": each.method.upper(),
        "path": each.path,
        "summary": _(each.summary),
        "once": each.once,
        "fields": [*asked, *fields],
    }


def _field(name: str, field: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
    kind, words = field["type"], field.get("description", "")
    return {
        "name": name,
        "required": required,
        "type": kind if isinstance(kind, str) else " / ".join(kind),
        "values": " · ".join(
            filter(None, [_(words) if words else "", ", ".join(map(str, field.get("enum", ())))])
        ),
    }
