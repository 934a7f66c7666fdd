"""Menu entries of the rulebook; `panels.py` imports this."""

from django.utils.translation import gettext_lazy as _

from huiqun.compliance.views.staff_copy import READERS
from huiqun.foundation.panels import add_menu

add_menu(
    section=_("Compliance"),
    label=_("Check a copy"),
    url_name="compliance:copy_check",
    roles=READERS,
    order=410,
)
add_menu(
    section=_("Compliance"), label=_("Rulebook"), url_name="compliance:rule_list", roles=READERS, order=420
)
add_menu(
    section=_("Compliance"), label=_("Laws held"), url_name="compliance:law_list", roles=READERS, order=430
)
add_menu(
    section=_("Compliance"),
    label=_("Check a picture or script"),
    url_name="compliance:file_list",
    roles=READERS,
    order=415,
)
add_menu(
    section=_("Compliance"), label=_("Law and expiry"), url_name="compliance:board", roles=READERS, order=435
)
