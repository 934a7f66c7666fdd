from django.utils.translation import gettext_lazy as _

from huiqun.campaigns.views.staff_plans import READERS
from huiqun.foundation.panels import add_menu

add_menu(
    section=_("Marketing"),
    label=_("Campaigns"),
    url_name="campaigns:campaign_list",
    roles=READERS,
    order=100,
)
