"""The register for a spreadsheet."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from huiqun.lib.cells import harmless
from huiqun.partners.models import Partner


def register_csv(rows: Iterable[Partner]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="partners.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("Name"), _("Unified social credit code"), _("Kind"), _("Branch"), _("State")])
    for row in rows:
        writer.writerow(
            [
                harmless(row.name),
                harmless(row.credit_code),
                row.get_kind_display(),
                harmless(row.branch.name),
                row.get_state_display(),
            ]
        )
    return response
