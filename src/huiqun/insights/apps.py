from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class InsightsConfig(DomainConfig):
    name = "huiqun.insights"
    label = "insights"
    verbose_name = _("Insights")
