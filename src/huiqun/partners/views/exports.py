"""The register for a spreadsheet."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from huiqun.foundation.downloads import csv_response
from huiqun.partners.models import Partner


def register_csv(rows: Iterable[Partner]) -> HttpResponse:
    header = [_("Name"), _("Unified social credit code"), _("Kind"), _("Branch"), _("State")]
    lines = [
        [row.name, row.credit_code, row.get_kind_display(), row.branch.name, row.get_state_display()]
        for row in rows
    ]
    return csv_response([header, *lines], name="partners.csv")
