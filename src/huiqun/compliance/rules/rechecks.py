"""What today's book says about what was approved by yesterday's."""

from collections.abc import Iterable, Sequence

from huiqun.compliance.rules.findings import Finding


def new_findings(then: Iterable[Finding], today: Iterable[Finding]) -> tuple[Finding, ...]:
    """Today's findings in one text that were not there when it was submitted.

    The same rule at words that overlap is the same finding: a rule that is told better points at a little more.
    """
    before = list(then)
    return tuple(each for each in today if not any(_same(each, old) for old in before))


def untold(rules: Iterable[str], told: Sequence[str]) -> bool:
    """Whether somebody has to be told of a rule of which nobody was told before."""
    return bool(set(rules) - set(told))


def _same(one: Finding, other: Finding) -> bool:
    if one.rule != other.rule:
        return False
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return one.start is None and other.start is None
    return one.start < other.end and other.start < one.end
