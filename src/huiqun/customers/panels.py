"""Menu entries."""

from django.utils.translation import gettext_lazy as _

from huiqun.customers.views.roles import ERASERS, ERASURE_ASKERS, IMPORTERS, READERS, TEXT_READERS
from huiqun.foundation.panels import add_menu

add_menu(
    section=_("Customers"),
    label=_("Customer list"),
    url_name="customers:customer_list",
    roles=READERS,
    order=300,
)
add_menu(
    section=_("Customers"),
    label=_("Customer imports"),
    url_name="customers:import_list",
    roles=IMPORTERS,
    order=310,
)
add_menu(
    section=_("Customers"),
    label=_("Consent texts"),
    url_name="customers:consent_text_list",
    roles=TEXT_READERS,
    order=305,
)
add_menu(
    section=_("Customers"),
    label=_("Erasures"),
    url_name="customers:erasure_list",
    roles=(*ERASURE_ASKERS, *ERASERS),
    order=320,
)
