from django.utils.translation import gettext_lazy as _

from huiqun.foundation.panels import add_menu
from huiqun.products.views.staff import READERS

add_menu(
    section=_("Marketing"),
    label=_("Product shelf"),
    url_name="products:product_list",
    roles=READERS,
    order=130,
)
