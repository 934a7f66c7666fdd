"""How much a member may do in which time. New members are slower, and post no links and pictures at first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NEW_DAYS = 7


@dataclass(frozen=True)
class Limit:
    seconds: int
    most: int
    most_of_new: int


LIMITS: dict[str, tuple[Limit, ...]] = {
    "post": (Limit(60, 2, 1), Limit(86_400, 20, 3)),
    "comment": (Limit(60, 10, 4), Limit(86_400, 200, 30)),
    "react": (Limit(60, 40, 40),),
    "report": (Limit(86_400, 20, 5),),
    "guess": (Limit(60, 5, 5), Limit(86_400, 30, 30)),
    "join": (Limit(3_600, 10, 10),),
    "search": (Limit(60, 30, 30),),
    "appeal": (Limit(86_400, 5, 5),),
}


def is_new(joined_at: datetime, now: datetime) -> bool:
    return now - joined_at < timedelta(days=NEW_DAYS)


def windows(what: str, *, new: bool, now: datetime) -> list[tuple[str, datetime, int]]:
    """(name, beginning, most) of each stretch of time that counts now."""
    seconds = int(now.timestamp())
    return [
        (
            f"{what}:{limit.seconds}",
            datetime.fromtimestamp(seconds - seconds % limit.seconds, UTC),
            limit.most_of_new if new else limit.most,
        )
        for limit in LIMITS[what]
    ]
