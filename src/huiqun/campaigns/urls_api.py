from django.urls import path

from huiqun.campaigns.views import api

app_name = "campaigns_api"

urlpatterns = [
    path("", api.campaigns, name="campaigns"),
    path("<int:campaign_id>/", api.campaign, name="campaign"),
    path("<int:campaign_id>/start/", api.start, name="start"),
    path("<int:campaign_id>/pause/", api.pause, name="pause"),
    path("<int:campaign_id>/resume/", api.resume, name="resume"),
    path("<int:campaign_id>/stop/", api.stop, name="stop"),
]
