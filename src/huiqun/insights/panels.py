from django.utils.translation import gettext_lazy as _

from huiqun.foundation.panels import add_menu
from huiqun.insights.views.staff import READERS

add_menu(section=_("Insights"), label=_("Results"), url_name="insights:overview", roles=READERS, order=700)
