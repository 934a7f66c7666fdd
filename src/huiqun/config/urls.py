"""Every address of the house, domain by domain."""

from django.urls import include, path

from huiqun.compliance.views import api_copy
from huiqun.foundation.views import api, my, notices, staff, style
from huiqun.foundation.views.large_type import large_type

DOMAIN_PATHS = [
    "workforce", "customers", "products", "partners", "compliance", "audiences", "delivery", "risk", "benefits",
    "communities", "feedback", "campaigns", "insights",
]  # fmt: skip
API_PATHS = ["customers", "audiences", "delivery", "benefits", "campaigns"]
PHONE_PATHS = ["risk", "benefits", "communities", "feedback"]

urlpatterns = [
    path("", staff.home, name="home"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/read/", notices.notice_read, name="notice_read"),
    path("notices/mail/", notices.notice_mail, name="notice_mail"),
    path("language/", staff.choose_language, name="set_language"),
    path("large-type/", large_type, name="large_type"),
    path("style/", style.style_page, name="style"),
    path("accounts/", include("huiqun.foundation.urls_sign_in")),
    *(path(f"{name}/", include(f"huiqun.{name}.urls")) for name in DOMAIN_PATHS),
    path("api/", api.api_page, name="api_page"),
    path("api/openapi.json", api.openapi, name="openapi"),
    path("api/compliance/check/", api_copy.check, name="api_copy_check"),
    *(path(f"api/{name}/", include(f"huiqun.{name}.urls_api")) for name in API_PATHS),
    path("activities/", include("huiqun.communities.urls_activities")),
    path("my/activities/", include("huiqun.communities.urls_my_activities")),
    path("webhooks/", include("huiqun.foundation.urls_webhooks")),
    path("", include("huiqun.benefits.urls_invite")),
    path("my/", my.my_home, name="my_home"),
    *(path(f"my/{name}/", include(f"huiqun.{name}.urls_phone")) for name in PHONE_PATHS),
    path("counter/", include("huiqun.partners.urls_counter")),
    path("my/benefits/", include("huiqun.benefits.urls_play_phone")),
    path("counter/", include("huiqun.benefits.urls_counter")),
    path("m/", include("huiqun.campaigns.urls_phone")),
    path("", include("huiqun.delivery.urls_phone")),
]
