from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class DeliveryConfig(DomainConfig):
    name = "huiqun.delivery"
    label = "delivery"
    verbose_name = _("Delivery")
