"""What a program asks to be done is done once for each Idempotency-Key, however often it asks.

The key's row, what is done and the answer are one transaction. Of two calls at once the second waits at the row and
gets the first one's answer; a call that is refused leaves nothing, and is judged anew.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse

from huiqun.foundation import facts
from huiqun.foundation.events import ProgramActed
from huiqun.foundation.models import ApiCall
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

KEPT = timedelta(days=2)
_KEY = re.compile(r"[\x21-\x7e]{1,100}")


class CallKeyMissing(Refusal):
    code = "foundation.call_key_missing"
    sentence = _(
        "Send a header Idempotency-Key of 1 to 100 letters and digits, another one for each thing to be done."
    )
    status = 400


class CallKeyTaken(Refusal):
    code = "foundation.call_key_taken"
    sentence = _("This Idempotency-Key was used for another call. Take a new one for a new thing to be done.")


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """:raises CallKeyMissing, CallKeyTaken when it is called"""

    @wraps(view)
    def act(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            call, is_new = _begin(request)
            if not is_new:
                response: HttpResponse = JsonResponse(call.answer, status=call.status)
                response["Idempotent-Replayed"] = "true"
                return response
            response = view(request, *args, **kwargs)
            call.status, call.answer = response.status_code, json.loads(response.content)
            call.save(update_fields=("status", "answer"))
            _record(request)
        return response

    return act


def _begin(request: Any) -> tuple[ApiCall, bool]:
    given = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(given):
        raise CallKeyMissing()
    asked = _asked(request)
    call, is_new = ApiCall.objects.get_or_create(
        api_key=request.api_key, idempotency_key=given, defaults={"asked": asked, "at": request.now}
    )
    if call.asked != asked:
        raise CallKeyTaken()
    return call, is_new


def _asked(request: Any) -> str:
    """Method, address and body: what makes a call the same one."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request.body).hexdigest()


def _record(request: Any) -> None:
    """The domain's own fact names the person; this one that it was by a program, and which."""
    fact = ProgramActed(api_key_id=request.api_key.pk, operation=request.resolver_match.view_name)
    facts.record(fact, at=request.now, by=request.staff, branch_id=request.api_key.branch_id)


def sweep(*, now: datetime) -> int:
    """Forget calls that nobody repeats any more; how many."""
    return int(ApiCall.objects.filter(at__lt=now - KEPT).delete()[0])
