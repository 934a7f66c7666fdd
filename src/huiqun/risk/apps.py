from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class RiskConfig(DomainConfig):
    name = "huiqun.risk"
    label = "risk"
    verbose_name = _("Risk")
