from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class WorkforceConfig(DomainConfig):
    name = "huiqun.workforce"
    label = "workforce"
    verbose_name = _("Workforce")
