"""The door for programs: a key in the header, JSON in, JSON out, so many calls a minute.

    Authorization: Bearer hq_<prefix>_<secret>

A key does what the person who made it may do, in the key's branch and with its scopes, and no more. Each domain
describes its own addresses here (`describe`), from which the OpenAPI document is made.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.db.models import Case, F, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from huiqun.foundation import api_calls, clock
from huiqun.foundation.http import Door, View, answer, refuse
from huiqun.foundation.models import ApiKey, Staff
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotYours, Refusal
from huiqun.lib.words import gettext_noop as _

_BEARER = re.compile(r"Bearer hq_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
LARGEST_BODY = 2_000_000


class NoKey(Refusal):
    code = "api.no_key"
    sentence = _("Send a valid key: Authorization: Bearer hq_… An administrator can make one.")
    status = 401


class ScopeMissing(Refusal):
    code = "api.scope_missing"
    sentence = _("This key does not open %(scope)s. Ask an administrator for one that does.")
    status = 403


class TooManyCalls(Refusal):
    code = "api.too_many_calls"
    sentence = _("This key has made its %(calls)s calls of this minute. Go on in the next one.")
    status = 429


class BadBody(Refusal):
    code = "api.bad_body"
    sentence = _("The body must be one JSON object in UTF-8 of at most 2 MB.")
    status = 400


class WrongFields(Refusal):
    code = "api.wrong_fields"
    sentence = _("Some of the fields are wrong. Look at each in fields, and send the call again.")
    status = 422

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self.fields = dict(fields)
        super().__init__()


class WrongPlace(Refusal):
    code = "api.wrong_place"
    sentence = _("This place in the list is not one we gave. Begin again without it.")
    status = 400


class ApiRequest(HttpRequest):
    """A request behind ``api_door``. ``staff`` is who made the key, narrowed to the key's branch."""

    api_key: ApiKey
    staff: Staff
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Described:
    """One address of the interface, as the OpenAPI document shows it."""

    path: str
    method: str
    scope: str
    summary: str
    response: Mapping[str, Any]
    request: Mapping[str, Any] | None = None
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    once: bool = False
    """It wants an Idempotency-Key."""
    name: str = ""

    @property
    def operation_id(self) -> str:
        return self.name or self.scope.replace(":", "_")

    @property
    def places(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(re.findall(r"{(\w+)}", self.path))


SCOPES: dict[str, str] = {}
"""Every scope a key may have, and what it lets a program do."""
SCOPE_ROLES: dict[str, frozenset[Role]] = {}
"""Whoever holds one of these roles may do it by a program too; empty means everybody."""
DESCRIBED: list[Described] = []


def add_scope(scope: str, words: str, roles: tuple[Role, ...] = ()) -> None:
    SCOPES[scope], SCOPE_ROLES[scope] = words, frozenset(roles)


def scopes_open_to(staff: Staff) -> dict[str, str]:
    """What a person could let a program do."""
    return {
        scope: words
        for scope, words in SCOPES.items()
        if not SCOPE_ROLES[scope] or staff.has_role(*SCOPE_ROLES[scope])
    }


def describe(described: Described) -> None:
    if described not in DESCRIBED:
        DESCRIBED.append(described)


def new_secret() -> tuple[str, str, str]:
    """prefix, digest to keep, and the whole key, which is shown once."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return prefix, _digest(secret), f"hq_{prefix}_{secret}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def api_door(*, scope: str, roles: tuple[Role, ...] = (), once: bool = False) -> Callable[[View], View]:
    """Let in programs whose key has ``scope``; every answer is JSON. ``roles`` are those of whom who made the key
    must hold one, where that is less than the scope asks for. ``once``: done once for each Idempotency-Key."""
    door = Door("key", frozenset(roles), scope=scope)

    def decorate(view: View) -> View:
        done = api_calls.once(view) if once else view

        @csrf_exempt
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = cast(ApiRequest, request)
            asked.now = clock.now()
            asked.speaks_json = True  # type: ignore[attr-defined]
            try:
                asked.api_key = _key(asked)
                asked.staff = _principal(asked.api_key)
                _check(asked.api_key, scope, asked.now)
                _check_roles(asked.staff, roles or tuple(SCOPE_ROLES[scope]))
            except Refusal as refusal:
                return _refused(asked, refusal)
            return answer(done, asked, *args, **kwargs)

        enter.door = door  # type: ignore[attr-defined]
        return enter

    return decorate


def _refused(request: ApiRequest, refusal: Refusal) -> HttpResponse:
    response = refuse(request, refusal)
    if refusal.status == TooManyCalls.status:
        response["Retry-After"] = str(60 - request.now.second)
    if refusal.status == NoKey.status:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _key(request: ApiRequest) -> ApiKey:
    """:raises NoKey: the same for a key that is unknown, wrong, expired, revoked or not yet allowed"""
    match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    keys = ApiKey.objects.select_related("branch", "made_by__branch")
    key: ApiKey | None = keys.filter(prefix=match[1]).first() if match else None
    known = key.digest if key else _digest("")
    if not match or not hmac.compare_digest(_digest(match[2]), known) or key is None:
        raise NoKey()
    if not key.is_valid(request.now):
        raise NoKey()
    return key


def _principal(key: ApiKey) -> Staff:
    """Who made the key, seeing no more than the key's branch; never saved. :raises NoKey when that person has gone or
    no longer has the branch"""
    staff: Staff = key.made_by
    if not staff.is_active or staff.branch is None or not staff.branch.covers(key.branch):
        raise NoKey()
    staff.branch = key.branch
    return staff


def _check_roles(staff: Staff, roles: tuple[Role, ...]) -> None:
    """Roles are read at every call: whoever loses one takes it from the key too. :raises NotYours"""
    if roles and not staff.has_role(*roles):
        raise NotYours()


def _check(key: ApiKey, scope: str, now: datetime) -> None:
    """Count the call in one statement, so that calls at once cannot slip past. :raises ScopeMissing, TooManyCalls"""
    if scope not in key.scopes:
        raise ScopeMissing(scope=scope)
    minute = now.replace(second=0, microsecond=0)
    same = Q(minute=minute)
    counted = ApiKey.objects.filter(~same | Q(minute=None) | Q(calls__lt=F("per_minute")), pk=key.pk).update(
        calls=Case(When(same, then=F("calls") + 1), default=Value(1)), minute=minute
    )
    if not counted:
        raise TooManyCalls(calls=key.per_minute)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. :raises BadBody"""
    try:
        if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
            raise BadBody()
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadBody() from None
    if not isinstance(given, dict):
        raise BadBody()
    return given
