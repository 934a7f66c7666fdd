"""Insights' table of contents."""

from django.urls import path

from huiqun.insights.views import staff

app_name = "insights"

urlpatterns = [
    path("", staff.overview, name="overview"),
    path("campaigns/<int:campaign_id>/", staff.result, name="result"),
    path("campaigns/<int:campaign_id>/people/", staff.people, name="people"),
    path("campaigns/<int:campaign_id>/export/", staff.export, name="export"),
    path("campaigns/<int:campaign_id>/report/", staff.report, name="report"),
]
