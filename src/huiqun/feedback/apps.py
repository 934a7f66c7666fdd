from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class FeedbackConfig(DomainConfig):
    name = "huiqun.feedback"
    label = "feedback"
    verbose_name = _("Feedback")

    def ready(self) -> None:
        from huiqun.feedback.models import Case, CaseEntry, SurveyText
        from huiqun.foundation.rotation import register_model

        super().ready()
        register_model("cases", Case)
        register_model("case entries", CaseEntry)
        register_model("survey texts", SurveyText)
