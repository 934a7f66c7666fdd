"""长辈版: larger type on customers' pages, switched by a link and kept in a cookie, without any script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from huiqun.foundation.coming_back import next_of
from huiqun.foundation.http import public_door

COOKIE = "huiqun_large"


@require_GET
@public_door(reason="customers choose the size of type before anyone knows who they are")
def large_type(request: HttpRequest) -> HttpResponse:
    response = redirect(next_of(request, home="/"))
    if request.COOKIES.get(COOKIE) == "1":
        response.delete_cookie(COOKIE)
    else:
        response.set_cookie(COOKIE, "1", max_age=365 * 86400, httponly=True, samesite="Lax")
    return response
