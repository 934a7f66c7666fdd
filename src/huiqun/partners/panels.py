"""Partners in the menu, and how contracts that end soon are told of."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from huiqun.foundation import notices
from huiqun.foundation.panels import add_menu
from huiqun.partners.events import ContractExpiring
from huiqun.partners.views.roles import READERS

add_menu(
    section=_("Marketing"), label=_("Partners"), url_name="partners:partner_list", roles=READERS, order=140
)
notices.register(
    ContractExpiring.kind(),
    gettext_noop("Contract %(number)s with %(partner)s ends in %(days)s days"),
    urgent=True,
)
