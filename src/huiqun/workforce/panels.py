from django.utils.translation import gettext_lazy as _

from huiqun.foundation import panels
from huiqun.foundation.roles import Role

panels.add_menu(
    section=_("Administration"),
    label=_("Branches"),
    url_name="workforce:branch_list",
    roles=(Role.ADMINISTRATOR,),
    order=910,
)
panels.add_menu(
    section=_("Administration"),
    label=_("Staff and roles"),
    url_name="workforce:staff_list",
    roles=(Role.ADMINISTRATOR,),
    order=920,
)
panels.add_menu(
    section=_("Administration"),
    label=_("Interface keys"),
    url_name="workforce:api_key_list",
    roles=(Role.ADMINISTRATOR,),
    order=930,
)
