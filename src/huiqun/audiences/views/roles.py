"""Who comes to audiences, and for what."""

from huiqun.foundation.http import StaffRequest
from huiqun.foundation.roles import REVIEWERS, Role

READERS = (Role.MARKETER, Role.OPERATOR, Role.ANALYST, *REVIEWERS)
"""Reviewers read the rule that a dossier refers to."""
WRITERS = (Role.MARKETER, Role.ANALYST)
SAMPLERS = (Role.MARKETER, Role.OPERATOR)
"""Masked rows of customers. Analysts see counts and SQL, never rows."""
SQL_READERS = (Role.ANALYST,)
LOOKERS = (Role.MARKETER, Role.OPERATOR, *REVIEWERS)
"""Whether one customer is in an audience, and why: it is recorded that they looked."""
EXPORTERS = (Role.MARKETER, Role.OPERATOR)


def may(request: StaffRequest) -> dict[str, bool]:
    """For templates."""
    held = request.staff.has_role
    return {
        "may_write": held(*WRITERS),
        "may_sample": held(*SAMPLERS),
        "may_read_sql": held(*SQL_READERS),
        "may_look_up": held(*LOOKERS),
        "may_export": held(*EXPORTERS),
    }
