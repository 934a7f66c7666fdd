"""Which customers a person sees, as a condition on other domains' rows."""

from django.db.models import QuerySet

from huiqun.customers.models import Customer
from huiqun.foundation.models import Staff


def ids_visible_to(staff: Staff) -> QuerySet[Customer, int]:
    """To be used as a subquery: ``rows.filter(customer_id__in=ids_visible_to(staff))``."""
    ids: QuerySet[Customer, int] = Customer.objects.visible_to(staff).order_by().values_list("pk", flat=True)
    return ids
