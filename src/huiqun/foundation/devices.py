"""From which phone and address somebody asks: a cookie that is made once, and what the connection says."""

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "huiqun_device"
TWO_YEARS = 2 * 365 * 86_400
SHAPE = re.compile(r"[0-9a-f]{32}")


def address_of(request: HttpRequest) -> str:
    """Behind a proxy the last address that it has noted; what stands before it, anybody can write."""
    noted = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return noted.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def device_of(request: HttpRequest) -> str:
    """The phone's own number, or a new one to be kept with ``keep_device``. It says nothing of whose it is."""
    given = request.COOKIES.get(COOKIE, "")
    return given if SHAPE.fullmatch(given) else secrets.token_hex(16)


def keep_device(response: HttpResponse, device: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        device,
        max_age=TWO_YEARS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
