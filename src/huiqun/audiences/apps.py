from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class AudiencesConfig(DomainConfig):
    name = "huiqun.audiences"
    label = "audiences"
    verbose_name = _("Audiences")
