"""Every address of the house, domain by domain."""

from pathlib import Path

from django.conf import settings
from django.urls import include, path

from huiqun.foundation.views import staff
from huiqun.foundation.views.large_type import large_type

DOMAIN_PATHS = [
    "workforce", "customers", "products", "compliance", "audiences", "delivery", "benefits", "campaigns", "insights",
]  # fmt: skip

SOURCE = Path(__file__).parents[1]


def _built(file: str) -> bool:
    return (SOURCE / file).exists()


urlpatterns = [
    path("", staff.home, name="home"),
    path("language/", staff.choose_language, name="set_language"),
    path("large-type/", large_type, name="large_type"),
    path("accounts/", include("huiqun.foundation.urls_sign_in")),
    *(path(f"{name}/", include(f"huiqun.{name}.urls")) for name in DOMAIN_PATHS if name in settings.DOMAINS and _built(f"{name}/urls.py")),
]
if "campaigns" in settings.DOMAINS and _built("campaigns/urls_phone.py"):
    urlpatterns.append(path("m/", include("huiqun.campaigns.urls_phone")))
if _built("foundation/views/style.py"):
    from huiqun.foundation.views import style

    urlpatterns.append(path("style/", style.style_page, name="style"))
