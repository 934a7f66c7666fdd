"""The workbench, and the person's language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from huiqun.foundation.coming_back import next_of
from huiqun.foundation.http import StaffRequest, public_door, staff_door
from huiqun.foundation.language import is_spoken, remember_language


@require_GET
@staff_door()
def home(request: StaffRequest) -> HttpResponse:
    return render(request, "foundation/home.html")


@require_POST
@public_door(reason="one chooses a language before signing in")
def choose_language(request: HttpRequest) -> HttpResponse:
    response = redirect(next_of(request, home="/"))
    language = request.POST.get("language", "")
    if is_spoken(language):
        if request.user.is_authenticated:
            remember_language(request.user, language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, httponly=True, samesite="Lax"
        )
    return response
