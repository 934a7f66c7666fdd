from django.utils.translation import gettext_lazy as _

from huiqun.foundation.apps import DomainConfig


class CampaignsConfig(DomainConfig):
    name = "huiqun.campaigns"
    label = "campaigns"
    verbose_name = _("Campaigns")
