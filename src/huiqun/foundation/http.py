"""Doors: who may come in, what time it is, and how a refusal is told.

Each view carries exactly one of the three decorators; a guard walks every route and knocks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Literal, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from huiqun.foundation import clock, counter, phone
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotText, NotYours, Refusal

READS = frozenset({"GET", "HEAD", "OPTIONS"})
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Door:
    """Who a view is for: ``staff`` with one of ``roles``, a ``customer`` who is recognised, a partner's ``clerk``,
    programs with a ``key``, anybody (``public``), or whoever bears a signature."""

    kind: Literal["staff", "customer", "clerk", "key", "public", "signed"]
    roles: frozenset[Role] = frozenset()
    auditor: bool = False
    why: str = ""
    scope: str = ""
    manager: bool = False


class StaffRequest(HttpRequest):
    """A request behind ``staff_door``."""

    staff: Staff
    now: datetime
    htmx: Any


class CustomerRequest(HttpRequest):
    """A request behind ``customer_door``."""

    customer_id: int
    now: datetime
    htmx: Any


class ClerkRequest(HttpRequest):
    """A request behind ``clerk_door``."""

    clerk: counter.AtCounter
    now: datetime
    htmx: Any


def staff_door(*roles: Role, auditor: bool = True) -> Callable[[View], View]:
    """Let in signed-in staff who hold one of ``roles``. Auditors may read (GET) wherever they are not
    shut out by ``auditor=False``; nothing else opens a door, no superuser flag either.
    No roles at all means everybody who works here."""
    door = Door("staff", frozenset(roles or Role), auditor)

    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_login(request)
            asked = cast(StaffRequest, request)
            asked.staff = request.user
            asked.now = clock.now()
            if not _admits(door, asked):
                return refuse(asked, NotYours())
            return answer(view, asked, *args, **kwargs)

        enter.door = door  # type: ignore[attr-defined]
        return enter

    return decorate


def _admits(door: Door, request: StaffRequest) -> bool:
    if request.staff.has_role(*door.roles):
        return True
    return door.auditor and request.method in READS and request.staff.has_role(Role.AUDITOR)


def customer_door() -> Callable[[View], View]:
    """Let in a customer who is recognised (``foundation.phone``), to what is theirs; ask all others who they are."""
    door = Door("customer")

    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = cast(CustomerRequest, request)
            asked.now = clock.now()
            customer_id = phone.recognised(request, asked.now)
            if customer_id is None:
                return _to_login(request, reverse("my_sign_in"))
            asked.customer_id = customer_id
            return answer(view, asked, *args, **kwargs)

        enter.door = door  # type: ignore[attr-defined]
        return enter

    return decorate


def clerk_door(*, manager: bool = False) -> Callable[[View], View]:
    """Let in a partner's clerk who is signed in at the counter (``foundation.counter``); with ``manager`` only one who
    manages. Whoever still has a first password is sent to change it."""
    door = Door("clerk", manager=manager)

    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = cast(ClerkRequest, request)
            asked.now = clock.now()
            clerk = counter.recognised(request, asked.now)
            if clerk is None:
                return _to_login(request, reverse("counter_sign_in"))
            asked.clerk = clerk
            place = request.resolver_match and request.resolver_match.view_name
            if clerk.must_change and place not in counter.BEFORE_CHANGE:
                return redirect("counter_password")
            if manager and not clerk.is_manager:
                return refuse(asked, NotYours())
            return answer(view, asked, *args, **kwargs)

        enter.door = door  # type: ignore[attr-defined]
        return enter

    return decorate


def public_door(*, reason: str) -> Callable[[View], View]:
    """Let anybody in; ``reason`` says why that is right."""
    return _open_door(Door("public", why=reason))


def signed_door(*, by: str) -> Callable[[View], View]:
    """Let in whoever bears a token or signature, which the view verifies itself; ``by`` says whose."""
    return _open_door(Door("signed", why=by))


def _open_door(door: Door) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.now = clock.now()  # type: ignore[attr-defined]
            return answer(view, request, *args, **kwargs)

        enter.door = door  # type: ignore[attr-defined]
        return enter

    return decorate


def answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What the view says, or what it refuses."""
    if _holds_nul(request):
        return refuse(request, NotText())
    try:
        return view(request, *args, **kwargs)
    except Refusal as refusal:
        return refuse(request, refusal)


def _holds_nul(request: HttpRequest) -> bool:
    """PostgreSQL's text has no NUL, and nobody types one; files are read by their own readers."""
    values = list(request.GET.values())
    if request.content_type == "application/x-www-form-urlencoded":
        values += [value for each in request.POST.lists() for value in each[1]]
    return any("\x00" in str(value) for value in values)


def _to_login(request: HttpRequest, page: str | None = None) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"code": "not_signed_in", "sentence": gettext("Sign in first.")}, status=401)
    # What was posted cannot be posted again after signing in: one comes back to the page it was posted from.
    back = request.get_full_path() if request.method in READS else _back(request)
    if getattr(request, "htmx", False):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = redirect_to_login(back, page).url
        return response
    return redirect_to_login(back, page)


def wants_json(request: HttpRequest) -> bool:
    if getattr(request, "speaks_json", False):
        return True
    return request.accepts("application/json") and not request.accepts("text/html")


def sentence_of(refusal: Refusal) -> str:
    """The refusal in the person's language."""
    values = {key: gettext(v) if isinstance(v, str) and v else v for key, v in refusal.values.items()}
    return gettext(refusal.sentence) % values if values else gettext(refusal.sentence)


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as JSON, as a toast for htmx, or as a page: always with what to do next."""
    context = {"code": refusal.code, "sentence": sentence_of(refusal), "citations": refusal.citations}
    if wants_json(request):
        told = {**context, "citations": [str(c) for c in refusal.citations]}
        if fields := getattr(refusal, "fields", None):
            told["fields"] = fields
        return JsonResponse(told, status=refusal.status)
    if getattr(request, "htmx", False):
        response = render(request, "foundation/_toast.html", context, status=refusal.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        return response
    context["back"] = _back(request)
    context["next_step"] = _page(refusal.leads_to)
    for_staff = request.user.is_authenticated and not (
        hasattr(request, "customer_id") or hasattr(request, "clerk")
    )
    page = "foundation/refusal.html" if for_staff else "foundation/refusal_phone.html"
    return render(request, page, context, status=refusal.status)


def _page(name: str) -> str:
    """Where a refusal leads; "" when it leads nowhere or that page is not there."""
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


def _back(request: HttpRequest) -> str:
    """Where the person came from, when that was here."""
    referer = request.headers.get("Referer", "")
    home = f"{request.scheme}://{request.get_host()}/"
    return referer if referer.startswith(home) else "/"
