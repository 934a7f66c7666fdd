"""The list of customers: what a person asked for, as one queryset that pages by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from huiqun.customers.files.values import normalised
from huiqun.customers.models import Customer
from huiqun.customers.models.people import CustomerQuerySet, index_of
from huiqun.customers.queries.cards import light
from huiqun.customers.rules import Lifecycle
from huiqun.foundation.models import Branch, Staff

SOUGHT = ("number", "name", "phone", "id_number")


@dataclass(frozen=True, kw_only=True)
class CustomerQuery:
    """The query form's fields; "" and None ask for nothing."""

    number: str = ""
    name: str = ""
    phone: str = ""
    id_number: str = ""
    branch: str = ""
    lifecycle: str = ""
    risk_level: int | None = None
    opened_from: date | None = None
    opened_to: date | None = None

    @classmethod
    def of(cls, params: Mapping[str, str]) -> "CustomerQuery":
        """What was typed; what makes no sense asks for nothing."""
        level = params.get("risk_level", "")
        lifecycle = params.get("lifecycle", "")
        return cls(
            **{name: params.get(name, "").strip() for name in (*SOUGHT, "branch")},
            lifecycle=lifecycle if lifecycle in set(Lifecycle) else "",
            risk_level=int(level) if level in {"1", "2", "3", "4", "5"} else None,
            opened_from=_day(params.get("opened_from", "")),
            opened_to=_day(params.get("opened_to", "")),
        )

    def described(self) -> str:
        """Which fields were asked for, without what was asked: for the fact of an export."""
        return ",".join(name for name, value in vars(self).items() if value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def customer_list(*, staff: Staff, query: CustomerQuery) -> CustomerQuerySet:
    """Customers in the person's scope that fit; only the columns that a list shows."""
    rows: CustomerQuerySet = _in_scope(staff, query.branch).present().filter(_conditions(query))
    return light(rows)


def _in_scope(staff: Staff, code: str) -> CustomerQuerySet:
    """By the ids of the few branches, so that the planner can walk an index; head office needs no filter."""
    if staff.branch is None:
        return Customer.objects.none()
    branches = Branch.objects.visible_to(staff)
    if code:
        chosen = branches.filter(code=code).first()
        branches = branches.filter(path__startswith=chosen.path) if chosen else branches.none()
    elif staff.branch.level == 0:
        return Customer.objects.visible_to(staff) if _several_roots() else Customer.objects.all()
    return Customer.objects.filter(branch_id__in=list(branches.values_list("pk", flat=True)))


def _several_roots() -> bool:
    return Branch.objects.filter(parent__isnull=True).count() > 1


def _conditions(query: CustomerQuery) -> Q:
    conditions = Q()
    if query.number:
        conditions &= Q(number=query.number)
    for field in ("name", "phone", "id_number"):
        if text := getattr(query, field):
            conditions &= Q(**{f"{field}_index": index_of(field, normalised(field, text) or text)})
    if query.lifecycle:
        conditions &= Q(lifecycle=query.lifecycle)
    if query.risk_level:
        conditions &= Q(risk_level=query.risk_level)
    if query.opened_from:
        conditions &= Q(opened_date__gte=query.opened_from)
    if query.opened_to:
        conditions &= Q(opened_date__lte=query.opened_to)
    return conditions
