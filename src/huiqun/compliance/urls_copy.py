"""Routes of the rulebook; `urls.py` includes them."""

from django.urls import path

from huiqun.compliance.views.staff_copy import copy_check, law_detail, law_list, rule_detail, rule_list

urlpatterns = [
    path("check/", copy_check, name="copy_check"),
    path("rules/", rule_list, name="rule_list"),
    path("rules/<str:rule_code>/", rule_detail, name="rule_detail"),
    path("laws/", law_list, name="law_list"),
    path("laws/<slug:law_slug>/", law_detail, name="law_detail"),
]
