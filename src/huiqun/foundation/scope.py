"""Branch scope: a person sees own branch and below, everywhere, from one place; and which branches are above."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from huiqun.foundation.models import Staff


class ScopedQuerySet(models.QuerySet[Any]):
    """Querysets of everything that belongs to a branch. ``branch_field`` is the way to that branch."""

    branch_field = "branch"

    def visible_to(self, staff: "Staff") -> Self:
        """Rows of the person's own branch and those below it; nobody without a branch sees any."""
        if staff.branch is None:
            return self.none()
        return self.filter(within(staff.branch.path, self.branch_field))


def within(path: str, branch_field: str = "branch") -> Q:
    """The branch at ``path`` and all below it (paths end in a dot, so that 001.1. is not below 001.10.)."""
    return Q(**{f"{branch_field}__path__startswith": path})


def covering(path: str, branch_field: str = "branch") -> Q:
    """The branch at ``path`` and all above it: what they have holds below them too."""
    return Q(**{f"{branch_field}__path__in": paths_above(path)})


def paths_above(path: str) -> list[str]:
    """``HO.HZ.`` → ``["HO.", "HO.HZ."]``: the head office first, the branch itself last."""
    codes = path.rstrip(".").split(".")
    return [".".join(codes[: depth + 1]) + "." for depth in range(len(codes))]
