"""The facts of one version's review, and under which seals they lie."""

from collections.abc import Sequence
from dataclasses import dataclass

from huiqun.compliance.models import Dossier, Seal
from huiqun.compliance.queries.evidence import fact_leaf
from huiqun.compliance.rules.evidence import root_of_hashes
from huiqun.foundation.models import Fact


@dataclass(frozen=True, kw_only=True)
class SealedFact:
    """``leaf`` is the fact's hash in the chain; ``seal`` the number of its seal, none until it is sealed."""

    fact: Fact
    leaf: str
    seal: int | None


def facts_of_dossier(dossier: Dossier) -> list[SealedFact]:
    """In the order in which they happened."""
    facts = Fact.objects.filter(subject=dossier.subject, body__dossier_id=dossier.pk).select_related("by")
    rows = list(facts.in_order())
    seals = _seals(rows)
    return [
        SealedFact(
            fact=fact,
            leaf=fact_leaf(fact).hex(),
            seal=next((number for number, start, end in seals if start <= fact.xid < end), None),
        )
        for fact in rows
    ]


def root_of(facts: Sequence[SealedFact]) -> str:
    """One digest over all of them, in their order."""
    return root_of_hashes(bytes.fromhex(each.leaf) for each in facts).hex()


def _seals(facts: Sequence[Fact]) -> list[tuple[int, int, int]]:
    if not facts:
        return []
    first, last = min(fact.xid for fact in facts), max(fact.xid for fact in facts)
    rows = Seal.objects.filter(from_xid__lte=last, to_xid__gt=first)
    return list(rows.values_list("number", "from_xid", "to_xid"))
