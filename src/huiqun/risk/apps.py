from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class RiskConfig(DomainConfig):
    name = "huiqun.risk"
    label = "risk"
    verbose_name = _("Risk")

    def ready(self) -> None:
        from huiqun.foundation.rotation import register_model
        from huiqun.risk.models import Case

        super().ready()
        register_model("risk cases", Case)
