"""The workbench, and the person's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from huiqun.foundation.http import StaffRequest, public_door, staff_door


@require_GET
@staff_door()
def home(request: StaffRequest) -> HttpResponse:
    return render(request, "foundation/home.html")


@require_POST
@public_door(reason="one chooses a language before signing in")
def choose_language(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = redirect(target)
    language = request.POST.get("language", "")
    if check_for_language(language):
        response.set_cookie("huiqun_language", language, max_age=365 * 86400, httponly=True, samesite="Lax")
    return response
