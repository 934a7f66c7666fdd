"""Looking up whether a customer is in an audience: whoever looks leaves a trace."""

from datetime import datetime

from django.db import transaction

from huiqun.audiences.events import MemberLookedUp
from huiqun.audiences.queries.audiences import audience, branches_below
from huiqun.audiences.queries.why import Why, why
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

SEE_VALUES = (Role.MARKETER, Role.OPERATOR, Role.RELATIONSHIP_MANAGER)
"""Others learn which conditions hold, and no values of the customer."""


@transaction.atomic
def explain_member(*, audience_id: int, customer_number: str, by: Staff, now: datetime) -> Why:
    """Whether the customer of that number is in the audience now, condition by condition.

    :raises NotFound (the audience or the customer is not there, or of a branch the person does not see)
    """
    of = audience(audience_id, by)
    number = customer_number.strip()
    customer_id = customers.customer_ids_by_number([number]).get(number)
    if customer_id is None:
        raise NotFound()
    customer = customers.visible_customer(customer_id, by)
    event = MemberLookedUp(audience_id=audience_id, customer_id=customer.pk)
    facts.record(event, at=now, by=by, branch_id=of.branch_id)
    return why(
        rule=of.rule,
        customer_id=customer.pk,
        branch_ids=branches_below(of.branch_id),
        today=local_date(now),
        with_values=by.has_role(*SEE_VALUES),
    )
