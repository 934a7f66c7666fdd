"""长辈版: larger type on customers' pages, switched by a link and kept in a cookie, without any script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from huiqun.foundation.http import public_door

COOKIE = "huiqun_large"


@require_GET
@public_door(reason="customers choose the size of type before anyone knows who they are")
def large_type(request: HttpRequest) -> HttpResponse:
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = redirect(target)
    if request.COOKIES.get(COOKIE) == "1":
        response.delete_cookie(COOKIE)
    else:
        response.set_cookie(COOKIE, "1", max_age=365 * 86400, httponly=True, samesite="Lax")
    return response
