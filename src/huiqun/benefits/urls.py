from django.urls import include, path

from huiqun.benefits.views import staff

app_name = "benefits"

urlpatterns = [
    path("", staff.benefit_list, name="benefit_list"),
    path("<int:benefit_id>/", staff.benefit_page, name="benefit_page"),
    path("", include("huiqun.benefits.urls_points")),
    path("", include("huiqun.benefits.urls_play")),
]
