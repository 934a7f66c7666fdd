from django.urls import path

from huiqun.feedback.views import articles, cases, results, surveys

app_name = "feedback"

urlpatterns = [
    path("cases/", cases.case_list, name="case_list"),
    path("cases/statistics/", cases.case_statistics, name="case_statistics"),
    path("cases/<int:matter_id>/", cases.case_page, name="case_page"),
    path("cases/<int:matter_id>/take/", cases.case_take, name="case_take"),
    path("cases/<int:matter_id>/answer/", cases.case_answer, name="case_answer"),
    path("cases/<int:matter_id>/note/", cases.case_note, name="case_note"),
    path("cases/<int:matter_id>/hand-over/", cases.case_hand_over, name="case_hand_over"),
    path("cases/<int:matter_id>/extend/", cases.case_extend, name="case_extend"),
    path("cases/<int:matter_id>/close/", cases.case_close, name="case_close"),
    path("cases/<int:matter_id>/article/", articles.article_of_case, name="article_of_case"),
    path("answers/", articles.article_list, name="article_list"),
    path("answers/new/", articles.article_new, name="article_new"),
    path("answers/<int:article_id>/", articles.article_page, name="article_page"),
    path("answers/<int:article_id>/edit/", articles.article_edit, name="article_edit"),
    path("answers/<int:article_id>/submit/", articles.article_submit, name="article_submit"),
    path("answers/<int:article_id>/decide/", articles.article_decide, name="article_decide"),
    path("answers/<int:article_id>/retire/", articles.article_retire, name="article_retire"),
    path("surveys/", surveys.survey_list, name="survey_list"),
    path("surveys/new/", surveys.survey_new, name="survey_new"),
    path("surveys/<int:survey_id>/", surveys.survey_page, name="survey_page"),
    path("surveys/<int:survey_id>/edit/", surveys.survey_edit, name="survey_edit"),
    path("surveys/<int:survey_id>/submit/", surveys.survey_submit, name="survey_submit"),
    path("surveys/<int:survey_id>/decide/", surveys.survey_decide, name="survey_decide"),
    path("surveys/<int:survey_id>/close/", surveys.survey_close, name="survey_close"),
    path("surveys/<int:survey_id>/questions/new/", surveys.question_new, name="question_new"),
    path(
        "surveys/<int:survey_id>/questions/<slug:question_key>/", surveys.question_edit, name="question_edit"
    ),
    path(
        "surveys/<int:survey_id>/questions/<slug:question_key>/change/",
        surveys.question_change,
        name="question_change",
    ),
    path("surveys/<int:survey_id>/results/", results.survey_results, name="survey_results"),
    path("surveys/<int:survey_id>/results/theme/", results.theme_save, name="theme_save"),
    path("surveys/<int:survey_id>/results/export/", results.survey_export, name="survey_export"),
    path("surveys/<int:survey_id>/interview/", results.survey_interview, name="survey_interview"),
]
