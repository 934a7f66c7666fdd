"""What starts with the program: keys that are rotated, and the menu."""

from django.utils.translation import gettext_lazy as _

from huiqun.foundation import notices, panels
from huiqun.foundation.models import WebhookEndpoint, WebhookMessage, WebhookSource
from huiqun.foundation.roles import Role
from huiqun.foundation.rotation import register_model
from huiqun.lib.words import gettext_noop

notices.register(
    "foundation.WebhookTripped",
    gettext_noop("The webhook %(name)s does not answer and is left alone for a while. Nothing is lost."),
    urgent=True,
)

register_model("webhook endpoints", WebhookEndpoint)
register_model("webhook messages", WebhookMessage)
register_model("webhook sources", WebhookSource)

panels.add_menu(
    section=_("Administration"),
    label=_("Webhooks"),
    url_name="webhooks:endpoint_list",
    roles=(Role.ADMINISTRATOR,),
    order=940,
)
panels.add_menu(
    section=_("Administration"),
    label=_("Event sources"),
    url_name="webhooks:source_list",
    roles=(Role.ADMINISTRATOR,),
    order=945,
)
