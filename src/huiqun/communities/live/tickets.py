"""What a live connection may hear of: the numbers of some groups, never words; signed, and good for a while."""

from collections.abc import Sequence

from django.core import signing
from django.urls import reverse

SALT = "communities.live"
SECONDS = 1800


def live_address(groups: Sequence[int]) -> str:
    ticket = signing.dumps(list(groups), salt=SALT)
    return f"{reverse('my_communities:live')}?t={ticket}"


def groups_of(ticket: str) -> tuple[int, ...]:
    """None for a ticket that is not ours or too old."""
    try:
        return tuple(int(each) for each in signing.loads(ticket, salt=SALT, max_age=SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        return ()
