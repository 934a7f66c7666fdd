"""What programs find: the OpenAPI document, and a page that shows it to people."""

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
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}
REFUSED = {
    "400": "The body is no JSON object.",
    "401": "No valid key.",
    "403": "The key lacks the scope.",
    "422": "A field is wrong; `fields` says which and why.",
    "429": "Too many calls in this minute; see Retry-After.",
}


@require_GET
@public_door(reason="programs read how to talk to us before they have a key; it holds no data")
def openapi(request: HttpRequest) -> JsonResponse:
    paths: dict[str, Any] = {}
    for each in DESCRIBED:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return JsonResponse(
        {
            "openapi": "3.1.0",
            "info": {"title": "Huiqun 汇群", "version": "1"},
            "servers": [{"url": settings.HUIQUN_PUBLIC_URL}],
            "security": [{"key": []}],
            "components": {
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
                "schemas": {"Refusal": REFUSAL},
            },
            "paths": paths,
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _operation(each: Described) -> dict[str, Any]:
    refused = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {
        "summary": each.summary,
        "description": f"Scope: {each.scope}",
        "operationId": each.scope.replace(":", "_"),
        "requestBody": {"required": True, "content": {"application/json": {"schema": each.request}}},
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": each.response}}},
            **{code: {"description": words, "content": refused} for code, words in REFUSED.items()},
        },
    }


@require_GET
@staff_door()
def api_page(request: StaffRequest) -> HttpResponse:
    operations = [
        {
            "method": each.method.upper(),
            "path": each.path,
            "scope": each.scope,
            "words": _(SCOPES[each.scope]),
            "fields": [
                {
                    "name": name,
                    "required": name in each.request.get("required", ()),
                    "type": field["type"],
                    "values": ", ".join(field.get("enum", ())) or _(field.get("description") or "—"),
                }
                for name, field in each.request["properties"].items()
            ],
        }
        for each in DESCRIBED
    ]
    return render(request, "foundation/api.html", {"operations": operations})
