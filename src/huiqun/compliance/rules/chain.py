"""Which steps a dossier goes through."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

LEAST = ("business_reviewer", "legal_reviewer", "compliance_reviewer")
"""The shortest chain there may be, in this order."""


class ChainBelowLeast(Refusal):
    code = "compliance.chain_below_least"
    sentence = _("Business, legal and compliance review, in this order, are the least a chain can be.")


class BadChainStep(Refusal):
    code = "compliance.bad_chain_step"
    sentence = _("A step needs a name, a reviewing role and 1 to 30 working days.")


@dataclass(frozen=True, kw_only=True)
class ChainLine:
    """One line of the configured chain; ``least`` marks the three that are always there."""

    name: str
    role: str
    working_days: int
    least: bool = False
    enabled: bool = True
    min_budget_fen: int | None = None
    branch_id: int | None = None
    checklist: tuple[str, ...] = ()


def check_chain(lines: Sequence[ChainLine]) -> None:
    """``lines`` in their order. :raises ChainBelowLeast"""
    standing = [each.role for each in lines if each.least and each.enabled]
    conditional = any(each.least and (each.min_budget_fen or each.branch_id) for each in lines)
    if tuple(standing) != LEAST or conditional:
        raise ChainBelowLeast()


def applies(line: ChainLine, *, branch_ids: Collection[int], budget_fen: int) -> bool:
    """``branch_ids``: the dossier's branch and all above it."""
    return (
        line.enabled
        and (line.branch_id is None or line.branch_id in branch_ids)
        and (line.min_budget_fen is None or budget_fen >= line.min_budget_fen)
    )


def steps_for(
    lines: Sequence[ChainLine], *, branch_ids: Collection[int], budget_fen: int
) -> tuple[ChainLine, ...]:
    """The steps of one dossier, in order. :raises ChainBelowLeast"""
    check_chain(lines)
    return tuple(each for each in lines if applies(each, branch_ids=branch_ids, budget_fen=budget_fen))
