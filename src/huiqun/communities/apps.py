from importlib import import_module

from django.utils.translation import gettext_lazy as _

from huiqun.foundation import phone
from huiqun.foundation.apps import DomainConfig


class CommunitiesConfig(DomainConfig):
    name = "huiqun.communities"
    label = "communities"
    verbose_name = _("Communities")

    def ready(self) -> None:
        from huiqun.communities.models import Comment, Membership, Post
        from huiqun.foundation.rotation import register_model

        super().ready()
        register_model("names in groups", Membership)
        register_model("sealed posts", Post)
        register_model("sealed comments", Comment)
        import_module("huiqun.communities.panels_activities")
        phone.add_tab(label=_("Communities"), url_name="my_communities:home", icon="users", order=10)
