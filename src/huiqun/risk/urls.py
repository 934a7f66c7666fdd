from django.urls import path

from huiqun.risk.views import scorecards, staff, watching

app_name = "risk"

urlpatterns = [
    path("cases/", staff.case_list, name="case_list"),
    path("cases/<int:case_id>/", staff.case_page, name="case_page"),
    path("cases/<int:case_id>/decide/", staff.case_decide, name="case_decide"),
    path("cases/<int:case_id>/restrict/", staff.case_restrict, name="case_restrict"),
    path("cases/<int:case_id>/restriction/", staff.case_restriction, name="case_restriction"),
    path("judgements/", staff.judgement_list, name="judgement_list"),
    path("judgements/<int:judgement_id>/", staff.judgement_page, name="judgement_page"),
    path("scorecards/", scorecards.scorecard_list, name="scorecard_list"),
    path("scorecards/add/", scorecards.scorecard_add, name="scorecard_add"),
    path("scorecards/<int:scorecard_id>/", scorecards.scorecard_page, name="scorecard_page"),
    path("scorecards/<int:scorecard_id>/edit/", scorecards.scorecard_edit, name="scorecard_edit"),
    path("scorecards/<int:scorecard_id>/test/", scorecards.scorecard_test, name="scorecard_test"),
    path("scorecards/<int:scorecard_id>/propose/", scorecards.scorecard_propose, name="scorecard_propose"),
    path("scorecards/<int:scorecard_id>/decide/", scorecards.scorecard_decide, name="scorecard_decide"),
    path("watch/", watching.watch_board, name="watch_board"),
    path("watch/news/", watching.watch_news, name="watch_news"),
    path("watch/stop/", watching.watch_stop, name="watch_stop"),
    path("freezes/", watching.freeze_list, name="freeze_list"),
    path("freezes/add/", watching.freeze_add, name="freeze_add"),
    path("freezes/<int:freeze_id>/lift/", watching.freeze_lift, name="freeze_lift"),
    path("groups/", watching.ring_list, name="ring_list"),
    path("groups/<int:ring_id>/", watching.ring_page, name="ring_page"),
    path("groups/<int:ring_id>/dismiss/", watching.ring_dismiss, name="ring_dismiss"),
]
