"""Who is on the phone, by the visit that a code or the bank's app has opened."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from huiqun.delivery import actions
from huiqun.delivery.rules.codes import LONGEST_VISIT_SECONDS
from huiqun.foundation.coming_back import keep_secret

COOKIE, HOME = "huiqun_visit", "/my/"


def on_phone(request: HttpRequest, now: datetime) -> int | None:
    secret = request.COOKIES.get(COOKIE, "")
    return actions.recognise(secret=secret, now=now) if secret else None


def remember(request: HttpRequest, secret: str, response: HttpResponse) -> HttpResponse:
    return keep_secret(response, request, name=COOKIE, secret=secret, seconds=LONGEST_VISIT_SECONDS)
