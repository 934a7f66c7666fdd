"""How many pieces at most for one person, document, device, household, branch or day."""

from collections.abc import Mapping
from dataclasses import dataclass

from huiqun.benefits.rules.claiming import ClaimRequest
from huiqun.benefits.rules.refusals import KeyMissing
from huiqun.lib.days import local_date

SCOPES = ("branch", "customer", "day", "device", "document", "household")
"""In the order of their locks."""
NO_KEY = ""


@dataclass(frozen=True, kw_only=True)
class CountedAs:
    """Under which keys a customer counts; "" where we know none."""

    branch: str
    document: str = ""
    household: str = ""


@dataclass(frozen=True, order=True)
class Counter:
    """One row of the counters, in the order of their locks."""

    scope: str
    key: str


def counters_of(request: ClaimRequest, counted_as: CountedAs) -> tuple[Counter, ...]:
    """What this piece counts against, in order. Who has no household on record is one of their own.

    A piece that was earned comes from no device and is not counted against any. :raises KeyMissing
    """
    keys: Mapping[str, str] = {
        "branch": counted_as.branch,
        "customer": str(request.customer_id),
        "day": local_date(request.now).isoformat(),
        "device": request.device,
        "document": counted_as.document,
        "household": counted_as.household or f"customer {request.customer_id}",
    }
    found = []
    for scope in SCOPES:
        if scope not in request.terms.limits or (scope == "device" and request.granted):
            continue
        if keys[scope] == NO_KEY:
            raise KeyMissing(scope=scope)
        found.append(Counter(scope, keys[scope]))
    return tuple(found)
