from importlib import import_module

from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class AudiencesConfig(DomainConfig):
    name = "huiqun.audiences"
    label = "audiences"
    verbose_name = _("Audiences")

    def ready(self) -> None:
        super().ready()
        import_module("huiqun.audiences.incoming")
