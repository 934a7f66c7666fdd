"""Each model says what personal data it holds, how that is protected and what erasure does to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Protection = Literal["encrypted", "blind index", "plain", "pseudonym"]


@dataclass(frozen=True)
class PersonalData:
    """``fields`` maps a column to how it is protected; ``erasure`` is ``delete``, ``anonymise``
    or ``keep: <the duty that requires it>``."""

    fields: Mapping[str, Protection] = field(default_factory=dict)
    erasure: str = ""


NO_PERSONAL_DATA = PersonalData()
