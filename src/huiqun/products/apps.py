from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class ProductsConfig(DomainConfig):
    name = "huiqun.products"
    label = "products"
    verbose_name = _("Products")
