from django.urls import path

from huiqun.audiences.views import api

app_name = "audiences_api"

urlpatterns = [
    path("", api.audiences, name="audiences"),
    path("<int:audience_id>/", api.audience, name="audience"),
    path("<int:audience_id>/snapshots/", api.snapshots, name="snapshots"),
    path("snapshots/<int:snapshot_id>/members/", api.members, name="members"),
]
