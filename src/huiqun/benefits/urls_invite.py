"""Invitations: a customer's own page, and what anybody reads who was invited."""

from django.urls import path

from huiqun.benefits.views import referral

app_name = "invite"

urlpatterns = [
    path("my/benefits/invite/", referral.invite_list, name="invite_list"),
    path("my/benefits/invite/<int:programme_id>/poster.svg", referral.invite_poster, name="invite_poster"),
    path("invite/<str:invite_token>/", referral.landing, name="landing"),
]
