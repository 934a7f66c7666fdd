"""A campaign's offer is for those whom the campaign invited, by whichever door they come.

One of which nothing was sent, such as a board in the branch, is for all whom its conditions admit.
"""

from collections.abc import Mapping, Sequence

from huiqun.benefits.actions import add_check
from huiqun.benefits.rules import ClaimRequest
from huiqun.campaigns.rules import NotInvited
from huiqun.delivery import queries as delivery
from huiqun.lib.refusal import Refusal

OURS = "campaign:"


def check_invited(request: ClaimRequest) -> None:
    """:raises NotInvited"""
    for refusal in check_many_invited([request]).values():
        raise refusal


def check_many_invited(requests: Sequence[ClaimRequest]) -> Mapping[int, Refusal]:
    subject = requests[0].subject
    if not subject.startswith(OURS):
        return {}
    asking = [request.customer_id for request in requests]
    invited = delivery.invited(subject=subject, customer_ids=asking)
    if invited is None:
        return {}
    return {customer_id: NotInvited() for customer_id in asking if customer_id not in invited}


add_check(check_invited, order=10, many=check_many_invited)
