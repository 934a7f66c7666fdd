from django.urls import path

from huiqun.benefits.views import api_partners

urlpatterns = [
    path("redemptions/", api_partners.redemption_new, name="api_redemption_new"),
    path("redemptions/state/", api_partners.redemption_state, name="api_redemption_state"),
]
