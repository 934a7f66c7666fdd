"""Judging one claim, inside the claim's own transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from huiqun.foundation import facts
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _
from huiqun.risk.actions.cases import open_case
from huiqun.risk.events import ClaimHeld, ClaimStopped
from huiqun.risk.models import Case, Judgement
from huiqun.risk.queries.signals import Known, Values, known_of
from huiqun.risk.rules.clocks import HOLD_HOURS
from huiqun.risk.rules.outcomes import STOPS, Outcome
from huiqun.risk.rules.refusals import ClaimRefused, ProofNeeded
from huiqun.risk.rules.scorecards import Score, score
from huiqun.risk.rules.signals import FROZEN_TOLD, SIGNALS, ClaimSignals
from huiqun.risk.rules.states import CaseKind

FROZEN, CLEARED = "frozen", "cleared"
SAME_ATTEMPT = timedelta(minutes=10)
"""Whoever taps again and again on what is refused leaves one row in this time, which counts the taps."""
LOCK = 7_310_311
SOMETHING = _("something about it is unusual")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """``judgement_id`` is None for what stops a claim: ``note_stopped`` writes it down once the claim's transaction
    has been undone. ``reason`` names the signal that weighed most, "frozen" or "cleared"."""

    signals: ClaimSignals
    outcome: Outcome
    points: int
    reason: str
    values: Values
    scorecard_id: int | None
    judgement_id: int | None = None

    @property
    def told(self) -> str:
        """A msgid: what the customer reads of the reason."""
        return told_of(self.reason)

    @property
    def refusal(self) -> Refusal | None:
        """What stops the claim, with its reason and what to do next; None when nothing does."""
        if self.outcome == Outcome.REFUSE:
            return ClaimRefused(reason=self.told)
        return ProofNeeded(reason=self.told) if self.outcome == Outcome.CHALLENGE else None

    def require_passed(self) -> None:
        """:raises ClaimRefused, ProofNeeded"""
        if self.refusal is not None:
            raise self.refusal


def told_of(reason: str) -> str:
    if reason == FROZEN:
        return FROZEN_TOLD
    return SIGNALS[reason].told if reason in SIGNALS else SOMETHING


@transaction.atomic
def judge_claim(*, signals: ClaimSignals, now: datetime) -> Judged:
    """Allow, challenge, hold or refuse a claim by what was claimed before it. Two short statements: one reads
    all signals, one writes the row.

    Allowed and held claims are written down here. What stops a claim also undoes its transaction: the caller
    raises ``require_passed()`` and then calls ``note_stopped``. After holding it calls ``hold_claim``.
    """
    known = known_of(signals, now=now)
    outcome, scored, reason = _decided(signals, known)
    judged = Judged(
        signals=signals,
        outcome=outcome,
        points=scored.points,
        reason=reason,
        values=known.values,
        scorecard_id=known.scorecard_id,
    )
    if outcome in STOPS:
        return judged
    return replace(judged, judgement_id=_write(judged, now).pk)


def _decided(signals: ClaimSignals, known: Known) -> tuple[Outcome, Score, str]:
    scored = score(known.card, known.values)
    reason = scored.parts[0][0] if scored.parts else ""
    if known.cleared:
        return Outcome.ALLOW, scored, CLEARED
    if known.frozen:
        return Outcome.REFUSE, scored, FROZEN
    if scored.outcome == Outcome.CHALLENGE and not signals.present:
        return Outcome.HOLD, scored, reason
    if scored.outcome == Outcome.CHALLENGE and signals.proved:
        return Outcome.ALLOW, scored, reason
    return scored.outcome, scored, reason


@transaction.atomic
def note_stopped(*, judged: Judged, now: datetime) -> int:
    """Write down a challenge or refusal after the claim's transaction was undone; the judgement's id."""
    signals = judged.signals
    with connection.cursor() as cursor:  # two taps at once: the second counts on the first one's row
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, f"{signals.customer_id}"])
    same = Judgement.objects.filter(
        customer_id=signals.customer_id,
        benefit_id=signals.benefit_id,
        outcome=judged.outcome,
        reason=judged.reason,
        device=signals.device,
        at__gt=now - SAME_ATTEMPT,
    )
    earlier = same.order_by("-at").values_list("pk", flat=True).first()
    if earlier is not None:
        Judgement.objects.filter(pk=earlier).update(times=F("times") + 1)
        return int(earlier)
    row = _write(judged, now)
    event = ClaimStopped(
        judgement_id=row.pk,
        customer_id=signals.customer_id,
        benefit_id=signals.benefit_id,
        outcome=judged.outcome,
        reason=judged.reason,
        scorecard_id=judged.scorecard_id,
    )
    facts.record(event, at=now, branch_id=signals.branch_id)
    return row.pk


@transaction.atomic
def hold_claim(*, judged: Judged, reference: str, now: datetime) -> int:
    """Open the case of a claim that is held under ``reference`` ("claim:12"); the case's id. Asked again, the same."""
    if earlier := Case.objects.filter(key=f"hold:{reference}").values_list("pk", flat=True).first():
        return int(earlier)
    signals = judged.signals
    try:
        with transaction.atomic():
            case = open_case(
                kind=CaseKind.HOLD,
                key=f"hold:{reference}",
                branch_id=signals.branch_id,
                hours=HOLD_HOURS,
                now=now,
                customer_id=signals.customer_id,
                judgement_id=judged.judgement_id,
                subject=signals.subject,
                benefit_id=signals.benefit_id,
                reference=reference,
                seen={"points": judged.points, "reason": judged.reason, "value_fen": signals.value_fen},
            )
    except IntegrityError:  # another tap at the same moment was faster
        return int(Case.objects.values_list("pk", flat=True).get(key=f"hold:{reference}"))
    event = ClaimHeld(
        case_id=case.pk,
        judgement_id=judged.judgement_id or 0,
        customer_id=signals.customer_id,
        reference=reference,
        due_at=case.due_at.isoformat(),
    )
    facts.record(event, at=now, branch_id=signals.branch_id)
    return int(case.pk)


def _write(judged: Judged, now: datetime) -> Judgement:
    signals = judged.signals
    row: Judgement = Judgement.objects.create(
        at=now,
        customer_id=signals.customer_id,
        branch_id=signals.branch_id,
        subject=signals.subject,
        benefit_id=signals.benefit_id,
        device=signals.device,
        address=signals.address,
        payee=signals.payee,
        document=signals.document,
        value_fen=signals.value_fen,
        outcome=judged.outcome,
        reason=judged.reason,
        points=judged.points,
        scorecard_id=judged.scorecard_id,
        signals={name: value for name, value in judged.values.items() if value is not None},
    )
    return row
