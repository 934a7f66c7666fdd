"""The account that a campaign's branch sends through."""

from huiqun.delivery import queries as delivery


def account_for(*, channel: str, branch_id: int) -> int | None:
    """The nearest enabled account at or above the branch, or None."""
    choices = delivery.account_choices(branch_id=branch_id, channel=channel)
    return choices[0].account_id if choices else None
