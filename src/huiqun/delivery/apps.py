from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class DeliveryConfig(DomainConfig):
    name = "huiqun.delivery"
    label = "delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        from huiqun.delivery.models import ChannelAccount
        from huiqun.delivery.views.recognising import on_phone
        from huiqun.foundation import phone
        from huiqun.foundation.rotation import register_model

        super().ready()
        phone.recognise_by(on_phone)
        register_model("channel accounts", ChannelAccount)
