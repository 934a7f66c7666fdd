"""Where somebody goes on after a stop at a door, and the secret by which a door knows them again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme


def next_of(request: HttpRequest, *, home: str) -> str:
    """The address that was asked for (``next``) if it is one of ours, else ``home``."""
    target = request.POST.get("next") or request.GET.get("next") or home
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else home


def keep_secret(
    response: HttpResponse, request: HttpRequest, *, name: str, secret: str, seconds: int, path: str = "/"
) -> HttpResponse:
    """In a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        name,
        secret,
        max_age=seconds,
        path=path,
        httponly=True,
        secure=request.is_secure() or settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
