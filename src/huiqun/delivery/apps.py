from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class DeliveryConfig(DomainConfig):
    name = "huiqun.delivery"
    label = "delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        from huiqun.delivery.models import ChannelAccount
        from huiqun.foundation.rotation import register_model

        super().ready()
        register_model("channel accounts", ChannelAccount)
