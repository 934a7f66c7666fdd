from django.urls import path

from huiqun.customers.views import api

app_name = "customers_api"

urlpatterns = [
    path("consents/", api.consents, name="consents"),
    path("consents/import/", api.consents_import, name="consents_import"),
]
