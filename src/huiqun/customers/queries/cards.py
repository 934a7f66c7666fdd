"""Customers as staff may see them: masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from huiqun.customers.files.values import normalised
from huiqun.customers.models import Customer
from huiqun.customers.models.people import LIFECYCLE_LABELS, SEX_LABELS, CustomerQuerySet, index_of
from huiqun.customers.rules import IDENTIFIERS
from huiqun.foundation.models import Staff
from huiqun.lib import masking

CARD_FIELDS = (
    "id",
    "number",
    "name",
    "phone",
    "branch__name",
    "sex",
    "city",
    "lifecycle",
    "risk_level",
    "risk_assessed_date",
    "opened_date",
)


LIFECYCLE_COLOURS = {
    "new": "cyan",
    "growing": "blue",
    "mature": "green",
    "at_risk": "gold",
    "dormant": "grey",
}


@dataclass(frozen=True, kw_only=True)
class CustomerCard:
    id: int
    number: str
    name: str
    phone: str
    branch: str
    sex: str
    city: str
    lifecycle: str
    risk_level: int | None
    risk_assessed_date: date | None
    opened_date: date | None

    @property
    def risk(self) -> str:
        return f"C{self.risk_level}" if self.risk_level else ""

    @property
    def lifecycle_colour(self) -> str:
        return LIFECYCLE_COLOURS.get(self.lifecycle, "grey")

    @property
    def lifecycle_label(self) -> str:
        return str(LIFECYCLE_LABELS.get(self.lifecycle, ""))  # type: ignore[call-overload]

    @property
    def sex_label(self) -> str:
        return str(SEX_LABELS.get(self.sex, ""))  # type: ignore[call-overload]


def card(customer: Customer) -> CustomerCard:
    return CustomerCard(
        id=customer.pk,
        number=customer.number,
        name=mask("name", customer.name),
        phone=mask("phone", customer.phone),
        branch=customer.branch.name,
        sex=customer.sex,
        city=customer.city,
        lifecycle=customer.lifecycle,
        risk_level=customer.risk_level,
        risk_assessed_date=customer.risk_assessed_date,
        opened_date=customer.opened_date,
    )


def mask(field: str, value: str | None) -> str:
    """What is shown of an identifier when nobody has said what for."""
    if not value:
        return ""
    if field == "address":
        return f"{value[:6]}******"
    if field == "openid":
        return f"{value[:4]}******"
    by_field = {
        "name": masking.mask_name,
        "id_number": masking.mask_id,
        "card_number": masking.mask_card,
        "phone": masking.mask_phone,
        "email": masking.mask_email,
    }
    return by_field[field](value)


def customer_cards(*, ids: Iterable[int], staff: Staff) -> list[CustomerCard]:
    """Masked, in the order of ``ids``; those of other branches are left out."""
    wanted = list(ids)
    rows = light(Customer.objects.visible_to(staff).filter(pk__in=wanted))
    found = {customer.pk: card(customer) for customer in rows}
    return [found[customer_id] for customer_id in wanted if customer_id in found]


def light(rows: CustomerQuerySet) -> CustomerQuerySet:
    """Only the columns a card shows: each encrypted one that is loaded has to be decrypted."""
    return rows.select_related("branch").only(*CARD_FIELDS)


def find(*, staff: Staff, text: str, limit: int = 20) -> list[CustomerCard]:
    """Customers whose number, phone, ID or card number, e-mail or name is exactly ``text``."""
    rows = Customer.objects.visible_to(staff).present().filter(anything(text.strip())).order_by("-id")
    return [card(customer) for customer in light(rows)[:limit]]


def anything(text: str) -> Q:
    sought = Q(number=text)
    for field in IDENTIFIERS:
        form = normalised(field, text)
        if field != "address" and form:
            sought |= Q(**{f"{field}_index": index_of(field, form)})
    return sought
