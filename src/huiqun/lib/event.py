"""Facts announce themselves as frozen values in the past tense."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all facts. Fields are surrogate ids, counts, codes and digests: never personal data.

    ``about`` names the field that holds the id of what the fact is about, for instance
    ``about = "campaign_id"``; its noun ("campaign") and that id find the fact again.
    """

    about: ClassVar[str] = ""
    words: ClassVar[str] = ""
    """What people read of it, in English; the door translates."""

    @classmethod
    def kind(cls) -> str:
        """``domain.FactName``, the name under which others subscribe."""
        return f"{cls.__module__.split('.')[1]}.{cls.__name__}"

    def subject(self) -> str:
        """``noun:id`` of what the fact is about, or "" when it is about the bank as a whole."""
        return f"{self.about.removesuffix('_id')}:{getattr(self, self.about)}" if self.about else ""

    def body(self) -> dict[str, Any]:
        return asdict(self)


def every_event() -> Iterator[type[Event]]:
    """All facts that the loaded domains can announce, without the families they come from."""
    waiting = Event.__subclasses__()
    while waiting:
        event = waiting.pop()
        families = event.__subclasses__()
        waiting += families
        if not families:
            yield event


@cache
def words_of(kind: str) -> str:
    """The English words of a fact's kind; "" when no loaded domain announces it."""
    return next((event.words for event in every_event() if event.kind() == kind), "")
