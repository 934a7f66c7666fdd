"""Which findings a reviewer may waive, and what has to be read before a step is approved."""

from collections.abc import Iterable
from dataclasses import dataclass

from huiqun.compliance.rules.findings import Finding
from huiqun.lib.refusal import Refusal
from huiqun.lib.severity import Severity
from huiqun.lib.words import gettext_noop as _

SHORTEST_REASON = 10


class BlockingNotWaivable(Refusal):
    code = "compliance.blocking_not_waivable"
    sentence = _("What must be changed cannot be waived by anybody. Return the dossier instead.")
    status = 403


class WaiverReasonShort(Refusal):
    code = "compliance.waiver_reason_short"
    sentence = _("Say in at least %(least)s characters why the finding may stand; the reason is evidence.")


class AlreadyWaived(Refusal):
    code = "compliance.already_waived"
    sentence = _("This finding has been waived already.")


class NoSuchFinding(Refusal):
    code = "compliance.no_such_finding"
    sentence = _("This version has no such finding. Open the page again.")


class NotYourWaiver(Refusal):
    code = "compliance.not_your_waiver"
    sentence = _("Only whoever waived a finding takes the waiver back.")
    status = 403


class FindingsUnread(Refusal):
    code = "compliance.findings_unread"
    sentence = _("%(count)s findings stand open. Read them and say so before you approve.")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a finding is: which text of the dossier, which rule, which span."""

    part: str
    rule: str
    start: int | None
    end: int | None

    @property
    def key(self) -> str:
        """As a form names it."""
        return f"{self.rule}:{_number(self.start)}:{_number(self.end)}:{self.part}"


def place_of(part: str, finding: Finding) -> Place:
    return Place(part=part, rule=finding.rule, start=finding.start, end=finding.end)


def check_waivable(finding: Finding) -> None:
    """:raises BlockingNotWaivable"""
    if finding.blocks:
        raise BlockingNotWaivable()


def check_reason(reason: str) -> str:
    """The reason without its margins. :raises WaiverReasonShort"""
    if len(reason.strip()) < SHORTEST_REASON:
        raise WaiverReasonShort(least=SHORTEST_REASON)
    return reason.strip()


def must_be_read(open_findings: Iterable[Finding]) -> int:
    """How many open findings whoever approves has to have read: none, unless one of them is grave."""
    found = list(open_findings)
    return len(found) if any(each.severity is not Severity.WARN for each in found) else 0


def check_read(open_findings: Iterable[Finding], *, read: int | None) -> None:
    """``read`` is the number that the page showed and that was ticked. :raises FindingsUnread"""
    count = must_be_read(open_findings)
    if count and read != count:
        raise FindingsUnread(count=count)


def _number(place: int | None) -> str:
    return "" if place is None else str(place)
