"""Which customers a person sees, as a condition on other domains' rows."""

from django.db.models import QuerySet

from huiqun.customers.models import Customer
from huiqun.foundation.models import Staff
from huiqun.foundation.scope import paths_above


def ids_visible_to(staff: Staff) -> QuerySet[Customer, int]:
    """To be used as a subquery: ``rows.filter(customer_id__in=ids_visible_to(staff))``."""
    ids: QuerySet[Customer, int] = Customer.objects.visible_to(staff).order_by().values_list("pk", flat=True)
    return ids


def branch_paths_of(customer_id: int) -> list[str]:
    """The customer's branch and all above it; what is offered there is offered to this customer."""
    path = Customer.objects.filter(pk=customer_id).values_list("branch__path", flat=True).first()
    return paths_above(path) if path else []
