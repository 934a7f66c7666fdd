"""What a check says: plain values that travel to pages, dossiers and the command line."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from huiqun.lib.severity import Severity


class FoundBy(StrEnum):
    """Which way a finding was found."""

    WORDS = "words"
    MODEL = "model"
    READER = "reader"
    """A second reader inside the bank: a machine's opinion."""


class InsertAt(StrEnum):
    START = "start"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class Citation:
    """One article a rule stands on, in the words that we hold."""

    law: str
    """The law's short name, which is its key in `sources/`."""
    slug: str
    """The law's name in addresses."""
    article: str
    """Article and item, such as "25(1)"; empty where the excerpt has no number."""
    label: str
    """As it is quoted: 《中华人民共和国广告法》第二十五条第（一）项."""
    status: str
    """V: the article's full text is held; E: an excerpt only."""
    text: str
    source: str
    direct: bool = True
    """False where the article is only the general clause that the rule leans on."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing in a copy or plan that breaks a rule.

    `start` and `end` are Unicode code points of the text as given, end exclusive; both are None
    where something is missing, and in findings about a plan.
    """

    rule: str
    name: str
    severity: Severity
    start: int | None = None
    end: int | None = None
    quote: str = ""
    message: str
    fix: str
    citations: tuple[Citation, ...]
    found_by: FoundBy = FoundBy.WORDS
    replacement: str | None = None
    """What may safely stand in the span's place; empty deletes it; None where a person has to write."""
    insertion: str = ""
    """The sentence that is missing, where one sentence mends it."""
    insert_at: InsertAt = InsertAt.END
    is_house: bool = False
    """The bank's own standard, which no law asks for."""

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCK

    def as_dict(self) -> dict[str, object]:
        """For a dossier's body or JSON."""
        return asdict(self) | {
            "severity": self.severity.value,
            "found_by": self.found_by.value,
            "insert_at": self.insert_at.value,
        }
