"""What a live connection may hear of: numbers of some groups, never words; signed, and good for a while."""

from dataclasses import dataclass

LIVE_SECONDS = 1800


@dataclass(frozen=True)
class LiveTicket:
    groups: tuple[int, ...]
