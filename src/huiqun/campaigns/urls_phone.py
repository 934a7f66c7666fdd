"""The customer's pages, each behind a signed link."""

from django.urls import path

from huiqun.campaigns.views import customer

urlpatterns = [
    path("<str:token>/", customer.phone_page, name="phone_page"),
    path("<str:token>/seen/", customer.phone_seen, name="phone_seen"),
    path("<str:token>/join/", customer.phone_join, name="phone_join"),
    path("<str:token>/interested/", customer.phone_interested, name="phone_interested"),
    path("<str:token>/claim/", customer.phone_claim, name="phone_claim"),
    path("<str:token>/turn/", customer.phone_turn, name="phone_turn"),
    path("<str:token>/why/", customer.phone_why, name="phone_why"),
    path("<str:token>/unsubscribe/", customer.phone_unsubscribe, name="phone_unsubscribe"),
]
