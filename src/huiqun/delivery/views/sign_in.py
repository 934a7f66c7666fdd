"""Where customers say who they are: a code to the number that the bank has on file, or a ticket of the bank's app."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.delivery import actions
from huiqun.delivery.rules.codes import CODE_SECONDS
from huiqun.delivery.rules.refusals import CodeWrong
from huiqun.delivery.views.public import PublicRequest
from huiqun.delivery.views.recognising import COOKIE, HOME, remember
from huiqun.foundation.coming_back import next_of
from huiqun.foundation.http import CustomerRequest, customer_door, public_door, sentence_of, signed_door

NOBODY_YET = "before this page nobody knows who is there"


class NumberForm(forms.Form):
    phone = forms.RegexField(
        r"^1\d{10}$",
        label=_("Mobile number"),
        error_messages={"invalid": _("A mobile number has 11 digits and begins with 1.")},
    )


class CodeForm(NumberForm):
    code = forms.RegexField(
        r"^\d{6}$",
        label=_("Code from the message"),
        error_messages={"invalid": _("The code has six digits.")},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@public_door(reason=NOBODY_YET)
def my_sign_in(request: PublicRequest) -> HttpResponse:
    """Ask for the number; then the same page asks for the code, whether or not the bank knows the number."""
    form = NumberForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.ask_for_code(contact=form.cleaned_data["phone"], now=request.now)
        return _page(request, CodeForm(initial=form.cleaned_data), phone=form.cleaned_data["phone"])
    if not form.is_bound:
        form = NumberForm(initial={"phone": request.GET.get("phone", "")[:11]})
    return _page(request, form)


@require_POST
@public_door(reason=NOBODY_YET)
def my_code(request: PublicRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    phone = request.POST.get("phone", "")[:20]
    if not form.is_valid():
        return _page(request, form, phone=phone, status=422)
    given = form.cleaned_data
    try:
        secret = actions.sign_in(contact=given["phone"], code=given["code"], now=request.now)
    except CodeWrong as refusal:
        form.add_error("code", sentence_of(refusal))
        return _page(request, form, phone=phone, status=refusal.status)
    return remember(request, secret, redirect(next_of(request, home=HOME)))


@require_GET
@signed_door(by="a ticket that the bank's app has signed")
def my_ticket(request: PublicRequest) -> HttpResponse:
    secret = actions.enter_by_ticket(ticket=request.GET.get("ticket", ""), now=request.now)
    return remember(request, secret, redirect(next_of(request, home=HOME)))


@require_POST
@customer_door()
def my_sign_out(request: CustomerRequest) -> HttpResponse:
    actions.end_visit(secret=request.COOKIES.get(COOKIE, ""), now=request.now)
    response = redirect("my_sign_in")
    response.delete_cookie(COOKIE)
    return response


def _page(request: HttpRequest, form: forms.Form, *, phone: str = "", status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "phone": phone,
        "next": next_of(request, home=HOME),
        "minutes": CODE_SECONDS // 60,
    }
    return render(request, "delivery/my_sign_in.html", context, status=status)
