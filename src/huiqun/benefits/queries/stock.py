"""Reading stock: codes by their state, imports and what was wrong with them, the code of a claim."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext

from huiqun.benefits.models import Benefit, CodeImport, CodeState, PoolCode, RefusedCode
from huiqun.benefits.rules import Codes
from huiqun.benefits.rules.refusals_stock import ImportNotFound
from huiqun.foundation.models import Staff


@dataclass(frozen=True, kw_only=True)
class CodeCounts:
    free: int = 0
    taken: int = 0
    withheld: int = 0

    @property
    def total(self) -> int:
        return self.free + self.taken + self.withheld


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """One benefit of the list of stock; ``level`` is below what its planners are told."""

    row: Benefit
    codes: CodeCounts | None
    left: int
    level: int

    @property
    def is_low(self) -> bool:
        return self.left < self.level


def stock_line(row: Benefit, codes: CodeCounts | None) -> StockLine:
    if row.codes == Codes.POOL:
        codes = codes or CodeCounts()
    left = row.left if codes is None else min(row.left, codes.free)
    level = row.quantity // 10 if row.warn_below is None else row.warn_below
    return StockLine(row=row, codes=codes, left=left, level=level)


def free_codes(benefit_id: int) -> int:
    return PoolCode.objects.filter(benefit_id=benefit_id, state=CodeState.FREE).count()


def code_counts(benefit_ids: Iterable[int]) -> dict[int, CodeCounts]:
    """By benefit; those without codes are left out."""
    rows = PoolCode.objects.filter(benefit_id__in=list(benefit_ids)).order_by()
    found: dict[int, dict[str, int]] = {}
    for benefit_id, state, count in rows.values_list("benefit_id", "state").annotate(n=Count("id")):
        found.setdefault(benefit_id, {})[state] = count
    return {benefit_id: CodeCounts(**counts) for benefit_id, counts in found.items()}


def partner_codes(claim_ids: Iterable[int]) -> dict[int, str]:
    """The partners' codes that claims hold, in the clear: for their holders' own pages alone."""
    rows = PoolCode.objects.filter(claim_id__in=list(claim_ids), state=CodeState.TAKEN)
    return {int(claim_id): str(code) for claim_id, code in rows.values_list("claim_id", "code")}


def imports_of(benefit_id: int) -> Any:
    return CodeImport.objects.filter(benefit_id=benefit_id).select_related("brought_by")


def visible_import(import_id: int, staff: Staff) -> CodeImport:
    """:raises ImportNotFound"""
    rows = CodeImport.objects.visible_to(staff).select_related("benefit", "brought_by")
    found: CodeImport | None = rows.filter(pk=import_id).first()
    if found is None:
        raise ImportNotFound()
    return found


def refused_lines(import_id: int) -> Any:
    return RefusedCode.objects.filter(of_import_id=import_id)


def problem_words(row: RefusedCode) -> str:
    """What is wrong with a line, in the reader's language."""
    sentence, _, first = row.problem.partition("|")
    return gettext(sentence) % {"first": first} if first else gettext(sentence)
