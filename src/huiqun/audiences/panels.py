"""Menu entries."""

from django.utils.translation import gettext_lazy as _

from huiqun.audiences.views.roles import READERS
from huiqun.foundation.panels import add_menu

add_menu(
    section=_("Marketing"),
    label=_("Audiences"),
    url_name="audiences:audience_list",
    roles=READERS,
    order=110,
)
add_menu(
    section=_("Customers"),
    label=_("Data freshness"),
    url_name="audiences:lake_page",
    roles=READERS,
    order=330,
)
