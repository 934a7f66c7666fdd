"""Before anything starts: whether the rulebook and the laws it stands on can be used as they are."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from huiqun.lib.data_files import BrokenFile

ID = "compliance.E001"


@register("rulebook")
def check_rulebook(**_kwargs: Any) -> list[CheckMessage]:
    """One error for each file that is broken, naming file, line and reason."""
    return [Error(str(broken), id=ID) for broken in broken_files()]


def broken_files() -> Iterator[BrokenFile]:
    # Read here: every program boots this domain, few need the rulebook.
    from huiqun.compliance.rulebook.loading import broken_parts

    try:
        yield from broken_parts()
    except BrokenFile as broken:
        yield broken


def require_rulebook() -> None:
    """For programs that serve without running Django's checks. :raises BrokenFile:"""
    for broken in broken_files():
        raise broken
