"""What every domain's Django app does when it starts."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from huiqun.foundation import phone

REGISTERS = ("events", "panels", "fields", "tasks", "subscribers", "api")


class DomainConfig(AppConfig):
    """Loads what the domain registers with foundation: its facts, panels, fields, tasks, subscribers, and what programs may call."""

    default_auto_field = "django.db.models.BigAutoField"
    default = False

    def __init_subclass__(cls) -> None:
        """Django takes an ``apps.py``'s only config; this class, imported there too, must not count."""
        cls.default = True

    def ready(self) -> None:
        for module in REGISTERS:
            name = f"{self.name}.{module}"
            if find_spec(name):
                import_module(name)


class FoundationConfig(DomainConfig):
    name = "huiqun.foundation"
    label = "foundation"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        super().ready()
        phone.add_tab(label=_("Me"), url_name="my_home", icon="user", order=90)
        import_module("huiqun.foundation.sign_in_secrets")
        import_module("huiqun.foundation.webhooks.registered")
