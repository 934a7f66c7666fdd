"""The numbers that open pages are told: asked once, however many pages there are."""

from collections.abc import Sequence
from typing import Any

from huiqun.communities.models import Placement, Tally


def numbers_of(*, groups: Sequence[int], placements: Sequence[int]) -> dict[str, Any]:
    """Latest number by group; comments and reactions by placement."""
    heads = Tally.objects.filter(pk__in=groups).values_list("pk", "head")
    rows = Placement.objects.filter(pk__in=placements, gone=False)
    counts = rows.values_list("pk", "comments", "likes", "useful", "thanks")
    return {"g": {str(pk): head for pk, head in heads}, "p": {str(pk): list(rest) for pk, *rest in counts}}
