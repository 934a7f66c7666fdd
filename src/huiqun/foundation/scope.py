"""Branch scope: a person sees own branch and below, everywhere, from one place."""

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
