"""Customers' own pages of delivery, each behind a signed link: short links and the preference centre."""

from django.urls import path

from huiqun.delivery.views import links, preferences

urlpatterns = [
    path("l/<str:token>", links.follow_link, name="follow_link"),
    path("p/<str:token>/", preferences.preferences, name="preferences"),
    path("p/<str:token>/code/", preferences.preferences_code, name="preferences_code"),
    path("p/<str:token>/enter/", preferences.preferences_enter, name="preferences_enter"),
    path("p/<str:token>/leave/", preferences.preferences_leave, name="preferences_leave"),
    path("p/<str:token>/topic/", preferences.preferences_topic, name="preferences_topic"),
    path("p/<str:token>/consent/", preferences.preferences_consent, name="preferences_consent"),
    path("p/<str:token>/stop/", preferences.preferences_stop, name="preferences_stop"),
]
