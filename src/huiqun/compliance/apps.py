from importlib import import_module
from typing import Any

from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


def _first_rows(sender: Any, using: str, **_kwargs: Any) -> None:
    """What compliance never does without: the least chain, and the permit row of the whole bank."""
    from huiqun.compliance.first_rows import write_first_rows

    write_first_rows(using)


class ComplianceConfig(DomainConfig):
    name = "huiqun.compliance"
    label = "compliance"
    verbose_name = _("Compliance")

    def ready(self) -> None:
        super().ready()
        import_module("huiqun.compliance.system_checks")
        post_migrate.connect(_first_rows, sender=self)
