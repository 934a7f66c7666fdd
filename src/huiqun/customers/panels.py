"""Menu entries."""

from django.utils.translation import gettext_lazy as _

from huiqun.customers.views.roles import IMPORTERS, READERS
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
