"""How staff sign in: no self sign-up, a second step where the policy asks for it, sessions that end.

allauth and axes do the work; this says what is particular to the bank.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from huiqun.foundation import secrets
from huiqun.foundation.models import Staff

AUTHENTICATOR = "mfa.authenticator"
STARTED = "signed_in_at"
"""Session key: when this session began, in seconds; the cookie's own age only counts from the last click."""


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sign-in sends no mail: a bank's notices go through its own channels."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """ "You have signed in as …" says nothing that the page does not show."""
        template = str(kwargs.get("message_template") or (args[2] if len(args) > 2 else ""))
        if not template.endswith(("logged_in.txt", "logged_out.txt")):
            super().add_message(*args, **kwargs)


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps and recovery codes encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return b64encode(secrets.encrypt(text, AUTHENTICATOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(b64decode(encrypted_text), AUTHENTICATOR)


class BankSignIn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The bank's own OIDC server knows its staff by the user name that our administrator entered."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            return
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or claims
        username = str(claims.get(settings.HUIQUN_OIDC_CLAIM, ""))
        staff = Staff.objects.get_queryset().filter(username=username, is_active=True).first()
        if staff is None:
            raise ImmediateHttpResponse(redirect("account_password_forgotten"))
        sociallogin.connect(request, staff)


class SignInPolicy:
    """Ends sessions that are too old and asks for the second step before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if _is_over(request):
                logout(request)
                return redirect(f"{reverse(settings.LOGIN_URL)}?over=1")
            if _owes_second_step(request):
                return redirect("mfa_activate_totp")
        return self.get_response(request)


def _is_over(request: HttpRequest) -> bool:
    now = timezone.now().timestamp()
    started = request.session.setdefault(STARTED, now)
    longest = timedelta(hours=settings.HUIQUN_LONGEST_SESSION_HOURS).total_seconds()
    return bool(now - started > longest)


def _owes_second_step(request: HttpRequest) -> bool:
    """Whether the policy asks for an authenticator app and this person has none yet. Who came through
    the bank's own sign-in has been asked there."""
    if not settings.HUIQUN_REQUIRE_TOTP or request.path.startswith(("/accounts/", "/language/", "/static/")):
        return False
    if any(record.get("method") == "socialaccount" for record in get_authentication_records(request)):
        return False
    return not is_mfa_enabled(request.user)
