"""Who comes to audiences, and for what."""

from huiqun.foundation.roles import REVIEWERS, Role

READERS = (Role.MARKETER, Role.OPERATOR, Role.ANALYST, *REVIEWERS)
"""Reviewers read the rule that a dossier refers to."""
WRITERS = (Role.MARKETER, Role.ANALYST)
SAMPLERS = (Role.MARKETER, Role.OPERATOR)
"""Masked rows of customers. Analysts see counts and SQL, never rows."""
SQL_READERS = (Role.ANALYST,)
