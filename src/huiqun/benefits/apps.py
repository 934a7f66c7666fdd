from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class BenefitsConfig(DomainConfig):
    name = "huiqun.benefits"
    label = "benefits"
    verbose_name = _("Benefits")
