"""Settings: from the environment, else from the TOML file that HUIQUN_SETTINGS names, else the demo's own.

HUIQUN_MODE is ``demo`` (default), ``test`` or ``production``; what production lacks is said by
``huiqun.config.checks`` before anything starts.
"""

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from huiqun.config import checks, demo_secrets
from huiqun.delivery.rules import retention

_file: dict[str, Any] = {}
if _settings_file := os.environ.get("HUIQUN_SETTINGS"):
    _file = tomllib.loads(Path(_settings_file).read_text("utf-8"))


def given(name: str, default: str = "") -> str:
    """One setting as text: the environment wins over the file."""
    return os.environ.get(name) or str(_file.get(name, default))


HUIQUN_MODE = given("HUIQUN_MODE", "demo")
IS_PRODUCTION = HUIQUN_MODE == "production"
if IS_PRODUCTION:
    checks.refuse_unfit_production(given)
HUIQUN_VAR = Path(given("HUIQUN_VAR", "var")).absolute()
HUIQUN_LAKE = given("HUIQUN_LAKE", str(HUIQUN_VAR / "lake"))
HUIQUN_LAKE_MEMORY = given("HUIQUN_LAKE_MEMORY", "1GB")
HUIQUN_FEATURES_MEMORY = given("HUIQUN_FEATURES_MEMORY", "3GB")
HUIQUN_ARCHIVE = given("HUIQUN_ARCHIVE")
HUIQUN_ARCHIVE_DAYS = int(given("HUIQUN_ARCHIVE_DAYS", "730"))
HUIQUN_POINTS_PER_YUAN = max(1, int(given("HUIQUN_POINTS_PER_YUAN", "500")))
HUIQUN_ARCHIVE_CACHE = given("HUIQUN_ARCHIVE_CACHE", "10GB")
HUIQUN_KEEP_DAYS = retention.ages(given("HUIQUN_KEEP_DAYS"))
HUIQUN_CATALOGUE = given("HUIQUN_CATALOGUE")
HUIQUN_LARGE_TRANSFER_FEN = int(given("HUIQUN_LARGE_TRANSFER_FEN", "0"))
HUIQUN_ENGINE = given("HUIQUN_ENGINE", "duckdb")
HUIQUN_SPARK_LAKE = given("HUIQUN_SPARK_LAKE")
HUIQUN_SPARK_ARCHIVE = given("HUIQUN_SPARK_ARCHIVE")
HUIQUN_SPARK_TABLES = given("HUIQUN_SPARK_TABLES")
HUIQUN_SPARK_TOKEN = given("HUIQUN_SPARK_TOKEN")
HUIQUN_SPARK_SECONDS = int(given("HUIQUN_SPARK_SECONDS", "600"))
HUIQUN_CLOCK_OFFSET = 0 if IS_PRODUCTION else int(given("HUIQUN_CLOCK_OFFSET", "0"))
HUIQUN_BANK_NAME = given("HUIQUN_BANK_NAME", "江川银行")
HUIQUN_READER_URL = given("HUIQUN_READER_URL")
HUIQUN_READER_MODEL = given("HUIQUN_READER_MODEL", "default")
HUIQUN_READER_KEY = given("HUIQUN_READER_KEY")
HUIQUN_READER_SECONDS = float(given("HUIQUN_READER_SECONDS", "20"))
HUIQUN_WEBHOOK_HOSTS = given("HUIQUN_WEBHOOK_HOSTS")
HUIQUN_LINK_HOSTS = tuple(
    host.strip().lower()
    for host in given("HUIQUN_LINK_HOSTS", "" if IS_PRODUCTION else "*.bank.example.com").split(",")
    if host.strip()
)  # where links of messages may lead, besides the campaign's own page
HUIQUN_SCANNER_NETWORKS = tuple(filter(None, given("HUIQUN_SCANNER_NETWORKS").replace(" ", "").split(",")))
HUIQUN_PUBLIC_URL = given("HUIQUN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# Secrets: a demo makes its own once; production is given them or does not start.
_made = {} if IS_PRODUCTION else demo_secrets.made_once(HUIQUN_VAR)
SECRET_KEY = given("HUIQUN_SECRET", _made.get("HUIQUN_SECRET", ""))
HUIQUN_KEYS = given("HUIQUN_KEYS", _made.get("HUIQUN_KEYS", ""))
HUIQUN_INDEX_KEY = given("HUIQUN_INDEX_KEY", _made.get("HUIQUN_INDEX_KEY", ""))
HUIQUN_APP_KEY = given("HUIQUN_APP_KEY")  # shared with the bank's own app, which vouches for customers
HUIQUN_SEAL_KEY = given("HUIQUN_SEAL_KEY", _made.get("HUIQUN_SEAL_KEY", ""))

DEBUG = given("DEBUG", "").lower() in {"1", "true", "yes"}
ALLOWED_HOSTS = given("HUIQUN_HOSTS", "" if IS_PRODUCTION else "127.0.0.1,localhost,[::1],testserver").split(
    ","
)
CSRF_TRUSTED_ORIGINS = [origin for origin in given("HUIQUN_ORIGINS").split(",") if origin]

# Domains from the bottom up.
DOMAINS = [
    "foundation", "compliance",
    "customers", "products", "partners", "workforce",
    "delivery", "audiences", "risk",
    "benefits", "communities", "feedback", "campaigns", "insights",
]  # fmt: skip

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    *(f"huiqun.{name}" for name in DOMAINS),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "huiqun.foundation.language.PageLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "huiqun.foundation.sign_in.SignInPolicy",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "huiqun.config.urls"
WSGI_APPLICATION = "huiqun.config.wsgi.application"
ASGI_APPLICATION = "huiqun.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def _database() -> dict[str, Any]:
    url = given("DATABASE_URL")
    if not url and not IS_PRODUCTION:
        from huiqun.config import postgres

        url = postgres.ensure(HUIQUN_VAR / "postgres")
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    database: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60}
    database |= {known[key]: value for key, value in parts.items() if key in known}
    database["OPTIONS"] = {key: value for key, value in parts.items() if key not in known}
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}

# People
AUTH_USER_MODEL = "foundation.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Language and time: Chinese first, instants in UTC, days in the bank's zone.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "huiqun_language"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files
STATIC_URL = "static/"
STATIC_ROOT = HUIQUN_VAR / "static"
MEDIA_ROOT = HUIQUN_VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION

# Browser
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if given("HUIQUN_BEHIND_PROXY") else None
SESSION_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# Sign-in (allauth), guessing (axes), sessions
SESSION_COOKIE_AGE = int(given("HUIQUN_IDLE_MINUTES", "120")) * 60  # from the last click on
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = True
HUIQUN_LONGEST_SESSION_HOURS = int(given("HUIQUN_LONGEST_SESSION_HOURS", "10"))
HUIQUN_REQUIRE_TOTP = given("HUIQUN_REQUIRE_TOTP", "yes" if IS_PRODUCTION else "no") == "yes"
PASSWORD_RESET_TIMEOUT = 2 * 86400  # how long the link for a first or new password is good

ACCOUNT_ADAPTER = "huiqun.foundation.sign_in.StaffAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/key"}  # codes; passwords are counted by axes below
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = HUIQUN_BANK_NAME
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "huiqun.foundation.sign_in.SealedSecrets"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    "axes.W006"
]  # it wants addresses too; guessing from many addresses is to lock as well

# The bank's own sign-in (OIDC): staff are matched by user name, never created.
SOCIALACCOUNT_ADAPTER = "huiqun.foundation.sign_in.BankSignIn"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form post could not leave for the bank under form-action 'self'
HUIQUN_OIDC_CLAIM = given("HUIQUN_OIDC_CLAIM", "preferred_username")
if given("HUIQUN_OIDC_SERVER"):
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "bank",
                    "name": given("HUIQUN_OIDC_NAME", HUIQUN_BANK_NAME),
                    "client_id": given("HUIQUN_OIDC_CLIENT"),
                    "secret": given("HUIQUN_OIDC_SECRET"),
                    "settings": {"server_url": given("HUIQUN_OIDC_SERVER")},
                }
            ],
        }
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
