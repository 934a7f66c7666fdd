"""Who is on the phone, by the visit that a code or the bank's app has opened."""

from datetime import datetime

from django.http import HttpRequest

from huiqun.delivery import actions

COOKIE = "huiqun_visit"


def on_phone(request: HttpRequest, now: datetime) -> int | None:
    secret = request.COOKIES.get(COOKIE, "")
    return actions.recognise(secret=secret, now=now) if secret else None
