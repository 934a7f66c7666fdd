"""What staff meet on their way in that allauth does not have."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huiqun.foundation.http import public_door


@public_door(reason="someone who cannot sign in has to read how to get in again")
def ask_your_administrator(request: HttpRequest) -> HttpResponse:
    return render(request, "account/ask_your_administrator.html")
