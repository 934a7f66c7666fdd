"""How grave a finding is."""

from enum import StrEnum


class Severity(StrEnum):
    BLOCK = "block"
    HIGH = "high"
    WARN = "warn"

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return list(Severity).index(self)
