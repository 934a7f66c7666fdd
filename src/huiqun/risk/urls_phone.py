from django.urls import path

from huiqun.risk.views import customer

app_name = "risk_my"

urlpatterns = [
    path("", customer.judgements, name="judgements"),
    path("<int:judgement_id>/", customer.judgement, name="judgement"),
    path("<int:judgement_id>/appeal/", customer.appeal, name="appeal"),
]
