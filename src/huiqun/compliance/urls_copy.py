"""Routes of the rulebook; `urls.py` includes them."""

from django.urls import path

from huiqun.compliance.views.staff_board import board, board_recheck
from huiqun.compliance.views.staff_copy import copy_check
from huiqun.compliance.views.staff_rulebook import law_detail, law_list, rule_detail, rule_list

urlpatterns = [
    path("check/", copy_check, name="copy_check"),
    path("board/", board, name="board"),
    path("board/recheck/", board_recheck, name="board_recheck"),
    path("rules/", rule_list, name="rule_list"),
    path("rules/<str:rule_code>/", rule_detail, name="rule_detail"),
    path("laws/", law_list, name="law_list"),
    path("laws/<slug:law_slug>/", law_detail, name="law_detail"),
]
