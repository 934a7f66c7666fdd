from django.utils.translation import gettext_lazy as _

from huiqun.foundation import phone
from huiqun.foundation.apps import DomainConfig


class CommunitiesConfig(DomainConfig):
    name = "huiqun.communities"
    label = "communities"
    verbose_name = _("Communities")

    def ready(self) -> None:
        super().ready()
        phone.add_tab(label=_("Communities"), url_name="my_communities:home", icon="users", order=10)
