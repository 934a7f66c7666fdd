"""Customers' own pages of delivery, sign-in to their own pages; behind a signed link each, short links and
the preference centre."""

from django.urls import path

from huiqun.delivery.views import links, my_preferences, preferences, prove, sign_in

urlpatterns = [
    path("my/sign-in/", sign_in.my_sign_in, name="my_sign_in"),
    path("my/sign-in/code/", sign_in.my_code, name="my_code"),
    path("my/sign-in/ticket/", sign_in.my_ticket, name="my_ticket"),
    path("my/prove/", prove.my_prove, name="my_prove"),
    path("my/prove/code/", prove.my_prove_code, name="my_prove_code"),
    path("my/sign-out/", sign_in.my_sign_out, name="my_sign_out"),
    path("my/preferences/", my_preferences.my_preferences, name="my_preferences"),
    path("my/preferences/consent/", my_preferences.my_preferences_consent, name="my_preferences_consent"),
    path("my/preferences/topic/", my_preferences.my_preferences_topic, name="my_preferences_topic"),
    path("my/preferences/stop/", my_preferences.my_preferences_stop, name="my_preferences_stop"),
    path("l/<str:token>", links.follow_link, name="follow_link"),
    path("p/<str:token>/", preferences.preferences, name="preferences"),
    path("p/<str:token>/code/", preferences.preferences_code, name="preferences_code"),
    path("p/<str:token>/enter/", preferences.preferences_enter, name="preferences_enter"),
    path("p/<str:token>/leave/", preferences.preferences_leave, name="preferences_leave"),
    path("p/<str:token>/topic/", preferences.preferences_topic, name="preferences_topic"),
    path("p/<str:token>/consent/", preferences.preferences_consent, name="preferences_consent"),
    path("p/<str:token>/stop/", preferences.preferences_stop, name="preferences_stop"),
]
