"""A masked list that leaves the system as a spreadsheet, and the fact that it did."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.customers.events import CustomersExported
from huiqun.customers.queries.cards import CustomerCard, card
from huiqun.customers.queries.lists import CustomerQuery, customer_list
from huiqun.customers.queries.sheets import workbook
from huiqun.customers.rules import EXPORT_LIMIT
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@transaction.atomic
def export_customers(*, query: CustomerQuery, by: Staff, now: datetime) -> bytes:
    """The first EXPORT_LIMIT customers of a query as XLSX, masked as on the page."""
    found = customer_list(staff=by, query=query).order_by("-id")[:EXPORT_LIMIT]
    rows = [_cells(card(customer)) for customer in found.iterator(chunk_size=2_000)]
    fact = CustomersExported(count=len(rows), filters=query.described())
    facts.record(fact, at=now, by=by, branch_id=by.branch_id)
    return workbook(title=_("Customers"), header=_header(), rows=rows)


def _header() -> list[str]:
    return [
        _("Customer number"),
        pgettext("person", "Name"),
        _("Sex"),
        _("Phone"),
        _("City"),
        _("Branch"),
        _("Lifecycle"),
        _("Risk level"),
        _("Assessed on"),
        _("Customer since"),
    ]


def _cells(shown: CustomerCard) -> list[str]:
    return [
        shown.number,
        shown.name,
        shown.sex_label,
        shown.phone,
        shown.city,
        shown.branch,
        shown.lifecycle_label,
        shown.risk,
        shown.risk_assessed_date.isoformat() if shown.risk_assessed_date else "",
        shown.opened_date.isoformat() if shown.opened_date else "",
    ]
