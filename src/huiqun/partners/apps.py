from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class PartnersConfig(DomainConfig):
    name = "huiqun.partners"
    label = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        super().ready()
        from huiqun.foundation.counter import recognise_by
        from huiqun.foundation.rotation import register_model
        from huiqun.partners.models import Clerk, Contact, Contract
        from huiqun.partners.views.counter import at_counter

        register_model("partners' contacts", Contact)
        register_model("partners' contracts", Contract)
        register_model("partners' clerks", Clerk)
        recognise_by(at_counter)
