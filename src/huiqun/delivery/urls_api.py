from django.urls import path

from huiqun.delivery.views import api

app_name = "delivery_api"

urlpatterns = [
    path("runs/", api.runs, name="runs"),
    path("runs/<int:run_id>/", api.run, name="run"),
    path("messages/", api.messages, name="messages"),
    path("suppressions/", api.suppression_list, name="suppression_list"),
    path("suppressions/add/", api.suppression_add, name="suppression_add"),
    path("suppressions/<int:suppression_id>/lift/", api.suppression_lift, name="suppression_lift"),
]
