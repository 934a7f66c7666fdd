from importlib import import_module

from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class BenefitsConfig(DomainConfig):
    name = "huiqun.benefits"
    label = "benefits"
    verbose_name = _("Benefits")

    def ready(self) -> None:
        from huiqun.benefits.models import Benefit, ClaimAppeal, Draw, PoolCode
        from huiqun.foundation.rotation import register_model

        super().ready()
        import_module("huiqun.benefits.tasks_play")
        import_module("huiqun.benefits.panels_play")
        register_model("partners' codes", PoolCode)
        register_model("settlement accounts of benefits", Benefit)
        register_model("appeals over benefits", ClaimAppeal)
        register_model("seeds of draws", Draw)
