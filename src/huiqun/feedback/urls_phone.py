"""The service corner and surveys, below ``/my/feedback/``."""

from django.urls import path

from huiqun.feedback.views import phone, phone_surveys

app_name = "my_feedback"

urlpatterns = [
    path("", phone.corner, name="corner"),
    path("ask/", phone.ask, name="ask"),
    path("answers/<int:article_id>/", phone.article, name="article"),
    path("answers/<int:article_id>/helped/", phone.article_helped, name="article_helped"),
    path("write/", phone.write, name="write"),
    path("cases/", phone.cases, name="cases"),
    path("cases/<int:matter_id>/", phone.case, name="case"),
    path("cases/<int:matter_id>/more/", phone.case_more, name="case_more"),
    path("cases/<int:matter_id>/rate/", phone.case_rate, name="case_rate"),
    path("messages/", phone.received, name="received"),
    path("surveys/", phone_surveys.surveys, name="surveys"),
    path("surveys/<int:survey_id>/", phone_surveys.survey, name="survey"),
    path("responses/<int:response_id>/", phone_surveys.response, name="response"),
]
