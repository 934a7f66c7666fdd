"""What takes part in the transaction of a claim: plain functions, called in their order.

Registered once from a module that every process loads (``fields``, ``subscribers``, ``tasks``). In a claim they run so:

1. ``check``: may this person have one? Reads only, takes no locks, raises a Refusal. Not asked for grants.
2. ``judge``: allow, hold or refuse. What it writes stays when it refuses. Not asked for grants.
3. (the claim's row, the counters of its limits)
4. (the code from the partner's pool, where ``terms.codes`` says so)
5. ``step``: what is paid or given with the piece; raises a Refusal to undo all.
6. (the benefit's row)

4 and 5 wait for a piece that is granted or held until it is accepted or released. ``undo`` is the other way
round, when a piece goes back. A function is called for every claim: let it return at once where the terms do not ask for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from huiqun.benefits.rules import ALLOWED, BenefitTerms, ClaimRequest, Judgement
from huiqun.lib.refusal import Refusal

Check = Callable[[ClaimRequest], None]
CheckMany = Callable[[Sequence[ClaimRequest]], Mapping[int, Refusal]]
Judge = Callable[[ClaimRequest], Judgement]
Step = Callable[[ClaimRequest], None]
Concerns = Callable[[BenefitTerms], bool]
Each = TypeVar("Each", bound=Callable[..., object])


def _allow(_request: ClaimRequest) -> Judgement:
    return ALLOWED


def _always(_terms: BenefitTerms) -> bool:
    return True


@dataclass
class Steps:
    checks: list[tuple[int, Check]] = field(default_factory=list)
    checks_of_many: dict[Check, CheckMany] = field(default_factory=dict)
    judge: Judge = _allow
    steps: list[tuple[int, Step]] = field(default_factory=list)
    undoing: list[tuple[int, Step]] = field(default_factory=list)
    concerns: list[Concerns] = field(default_factory=list)


_steps = Steps()


def add_check(check: Check, *, order: int, many: CheckMany | None = None) -> None:
    """``many`` answers for a line of people at once, with a refusal for the customers who get one."""
    _add(_steps.checks, check, order)
    if many:
        _steps.checks_of_many[check] = many


def add_step(step: Step, *, order: int, concerns: Concerns = _always) -> None:
    """``step`` is called with ``claim_id`` when the piece becomes the customer's, once for each claim. ``concerns``
    says by the terms alone whether it has anything to do."""
    _add(_steps.steps, step, order)
    _steps.concerns.append(concerns)


def add_undo(undo: Step, *, order: int) -> None:
    """``undo`` gives back what the step of the same order took, when a claimed piece goes back. Safe to repeat."""
    _add(_steps.undoing, undo, order)


def set_judge(judge: Judge) -> None:
    _steps.judge = judge


def check(request: ClaimRequest) -> None:
    for _order, each in _steps.checks:
        each(request)


def check_many(requests: Sequence[ClaimRequest]) -> dict[int, Refusal]:
    """The refusal of each customer who gets one; all requests are for one benefit."""
    refused: dict[int, Refusal] = {}
    for _order, each in _steps.checks:
        asking = [request for request in requests if request.customer_id not in refused]
        if not asking:
            break
        many = _steps.checks_of_many.get(each)
        refused |= many(asking) if many else _one_by_one(each, asking)
    return refused


def _one_by_one(each: Check, requests: Sequence[ClaimRequest]) -> dict[int, Refusal]:
    refused: dict[int, Refusal] = {}
    for request in requests:
        try:
            each(request)
        except Refusal as refusal:
            refused[request.customer_id] = refusal
    return refused


def judge(request: ClaimRequest) -> Judgement:
    return _steps.judge(request)


def run_steps(request: ClaimRequest) -> None:
    for _order, each in _steps.steps:
        each(request)


def undo_steps(request: ClaimRequest) -> None:
    for _order, each in reversed(_steps.undoing):
        each(request)


def are_plain(terms: BenefitTerms) -> bool:
    """Whether no step takes part that concerns one person at a time (see ``actions.batches``)."""
    return not any(concerns(terms) for concerns in _steps.concerns)


def _add(to: list[tuple[int, Each]], each: Each, order: int) -> None:
    to.append((order, each))
    to.sort(key=lambda pair: pair[0])
