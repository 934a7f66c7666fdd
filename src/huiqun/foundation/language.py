"""The language of a page: the one chosen in this browser, else the person's own, else Chinese.

What the browser asks for by itself is left aside: at a Chinese bank it says where a machine was bought.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from huiqun.foundation.models import Staff


def is_spoken(language: str) -> bool:
    return language in dict(settings.LANGUAGES)


def language_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if is_spoken(chosen):
        return chosen
    if request.user.is_authenticated and is_spoken(request.user.language):
        return request.user.language
    return settings.LANGUAGE_CODE


def remember_language(staff: Staff, language: str) -> None:
    """So that the person finds it again in another browser."""
    Staff.objects.filter(pk=staff.pk).exclude(language=language).update(language=language)


class PageLanguage:
    """Comes after authentication, since it asks who is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", language)
        return response
