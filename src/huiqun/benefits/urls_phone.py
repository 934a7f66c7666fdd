"""Customers' own pages about their benefits, below /my/benefits/."""

from django.urls import path

from huiqun.benefits.views import phone_points

app_name = "my_benefits"

urlpatterns = [
    path("points/", phone_points.my_points, name="my_points"),
]
