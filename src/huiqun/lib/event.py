"""Facts announce themselves as frozen values in the past tense."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all facts. Fields are surrogate ids, counts, codes and digests: never personal data.

    ``about`` names the field that holds the id of what the fact is about, for instance
    ``about = "campaign_id"``; its noun ("campaign") and that id find the fact again.
    """

    about: ClassVar[str] = ""

    @classmethod
    def kind(cls) -> str:
        """``domain.FactName``, the name under which others subscribe."""
        return f"{cls.__module__.split('.')[1]}.{cls.__name__}"

    def subject(self) -> str:
        """``noun:id`` of what the fact is about, or "" when it is about the bank as a whole."""
        return f"{self.about.removesuffix('_id')}:{getattr(self, self.about)}" if self.about else ""

    def body(self) -> dict[str, Any]:
        return asdict(self)
