from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class CustomersConfig(DomainConfig):
    name = "huiqun.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from huiqun.customers.ledger import register_ledger
        from huiqun.customers.models import Customer
        from huiqun.foundation.rotation import register_model

        super().ready()
        register_ledger()
        register_model("customers", Customer)
