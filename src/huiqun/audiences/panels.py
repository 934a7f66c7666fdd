"""Menu entries, and what people are told of in their inbox."""

from django.utils.translation import gettext_lazy as _

from huiqun.audiences.actions import telling
from huiqun.audiences.views.roles import READERS
from huiqun.foundation import notices
from huiqun.foundation.panels import add_menu
from huiqun.lib.words import gettext_noop

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

notices.register(
    telling.MOVED,
    gettext_noop(
        "Audience %(name)s: from %(before)s to %(after)s customers since the day before (%(percent)s%%)."
    ),
    urgent=True,
)
notices.register(
    telling.REFUSED,
    gettext_noop(
        "The delivered file %(file)s was refused as a whole; its data is not in use. Its page says why."
    ),
    urgent=True,
)
notices.register(
    telling.ROWS_REFUSED,
    gettext_noop("%(refused)s rows of the delivered file %(file)s were refused; the others are in use."),
)
notices.register(
    telling.LATE,
    gettext_noop("The file of %(source)s was due by %(due)s and has not come."),
    urgent=True,
)
