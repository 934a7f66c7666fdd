"""Per-person ledgers that are too large to be facts: each is proved by batch roots recorded in facts.

A ledger's domain registers how to list its sealed batches and how to read a batch's rows again;
verification recomputes each root without knowing what the rows mean.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class LedgerBatch:
    """``root`` is the Merkle root (hex) over the batch's canonical rows, as the fact ``fact_id`` tells it."""

    batch_id: int
    count: int
    root: str
    subject: str = ""
    fact_id: int = 0


@dataclass(frozen=True)
class Ledger:
    """``batches`` come from the recorded facts, never from the ledger's own tables;
    ``strays()`` describes rows that should be in a batch and are in none. Where a batch mixes subjects,
    ``rows_of(subject)`` gives the subject's rows in order of batch and index, as (batch id, index in the
    batch, row), and the batches tell their ``fact_id``."""

    name: str
    batches: Callable[[], Iterable[LedgerBatch]]
    rows: Callable[[int], Iterable[bytes]]
    strays: Callable[[], Iterable[str]] = tuple
    rows_of: Callable[[str], Iterable[tuple[int, int, bytes]]] | None = None


_ledgers: dict[str, Ledger] = {}


def register(ledger: Ledger) -> None:
    _ledgers[ledger.name] = ledger


def registered() -> tuple[Ledger, ...]:
    return tuple(_ledgers[name] for name in sorted(_ledgers))
