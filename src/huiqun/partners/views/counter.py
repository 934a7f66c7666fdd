"""How a partner's clerk comes to the counter, and leaves it."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from huiqun.foundation import clock
from huiqun.foundation.coming_back import keep_secret, next_of
from huiqun.foundation.counter import AtCounter
from huiqun.foundation.http import ClerkRequest, clerk_door, public_door, sentence_of
from huiqun.partners import actions, queries
from huiqun.partners.rules.clerks import LONGEST
from huiqun.partners.rules.refusals import PasswordWeak, SignInWrong

COOKIE = "huiqun_counter"
HOME = "/counter/"


class SignInForm(forms.Form):
    login = forms.CharField(
        label=gettext_lazy("Login"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=128,
        strip=False,
        help_text=gettext_lazy("Ten characters or more."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def at_counter(request: HttpRequest, now: datetime) -> AtCounter | None:
    """Who is there, by the session's cookie; it goes on while it is used."""
    secret = request.COOKIES.get(COOKIE, "")
    found = queries.at_counter(secret=secret, now=now) if secret else None
    if found:
        actions.keep_alive(secret=secret, now=now)
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@public_door(reason="before this page nobody knows who is at the counter")
def counter_sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            secret = actions.sign_in(**form.cleaned_data, now=clock.now())
        except SignInWrong as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            return _remember(request, secret, redirect(_next(request)))
    context = {"form": form, "next": _next(request)}
    return render(request, "partners/counter_sign_in.html", context, status=422 if form.is_bound else 200)


@require_POST
@clerk_door()
def counter_sign_out(request: ClerkRequest) -> HttpResponse:
    actions.sign_out(secret=request.COOKIES.get(COOKIE, ""), now=request.now)
    response = redirect("counter_sign_in")
    response.delete_cookie(COOKIE, path=HOME)
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@clerk_door()
def counter_password(request: ClerkRequest) -> HttpResponse:
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.change_password(
                clerk_id=request.clerk.clerk_id,
                secret=request.COOKIES.get(COOKIE, ""),
                password=form.cleaned_data["password"],
                now=request.now,
            )
        except PasswordWeak as refusal:
            form.add_error("password", sentence_of(refusal))
        else:
            messages.success(request, _("The new password counts from now on."))
            return redirect(HOME)
    context = {"form": form, "clerk": request.clerk}
    return render(request, "partners/counter_password.html", context, status=422 if form.is_bound else 200)


def _remember(request: HttpRequest, secret: str, response: HttpResponse) -> HttpResponse:
    seconds = int(LONGEST.total_seconds())
    return keep_secret(response, request, name=COOKIE, secret=secret, seconds=seconds, path=HOME)


def _next(request: HttpRequest) -> str:
    target = next_of(request, home=HOME)
    return target if target.startswith(HOME) else HOME
