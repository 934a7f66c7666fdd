"""Doors for gateways: receipts and customers' replies, signed with the account's secret."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.timezone import now as real_now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from huiqun.delivery import actions
from huiqun.delivery.actions.receipts import Receipt, Reply
from huiqun.foundation.http import signed_door

GATEWAY = "the channel account's secret (HMAC over timestamp, nonce and body), each nonce once"
MOST = 5_000


@csrf_exempt
@require_POST
@signed_door(by=GATEWAY)
def receipts(request: HttpRequest, account_id: int) -> JsonResponse:
    """{"receipts": [{"key", "status": "delivered" or "failed", "code", "permanent", "at"}]}"""
    return _take(request, account_id, "receipts", _receipt, actions.record_receipts)


@csrf_exempt
@require_POST
@signed_door(by=GATEWAY)
def replies(request: HttpRequest, account_id: int) -> JsonResponse:
    """{"replies": [{"from", "text", "at"}]}"""
    return _take(request, account_id, "replies", _reply, actions.record_replies)


def _take(
    request: HttpRequest, account_id: int, name: str, read: Callable[[Any], Any], record: Callable[..., int]
) -> JsonResponse:
    """Signatures are judged by the real clock, as the gateway's is, also when a demo's is shifted."""
    actions.accept_signed(account_id=account_id, headers=request.headers, body=request.body, now=real_now())
    try:
        items = [read(item) for item in json.loads(request.body)[name][:MOST]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"code": "bad_request"}, status=400)
    told = {name: items}
    new = record(account_id=account_id, now=request.now, **told)  # type: ignore[attr-defined]
    return JsonResponse({"new": new})


def _receipt(item: dict[str, Any]) -> Receipt:
    return Receipt(
        key=str(item["key"]),
        status=str(item["status"]),
        at=_moment(item["at"]),
        code=str(item.get("code", "")),
        permanent=item.get("permanent") is True,
    )


def _reply(item: dict[str, Any]) -> Reply:
    return Reply(sender=str(item["from"]), text=str(item["text"])[:200], at=_moment(item["at"]))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
