"""Scorecards: drafted, back-tested, proposed, and activated by a second officer."""

from datetime import datetime
from typing import Any

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.risk.actions.cases import check_officer
from huiqun.risk.events import (
    ScorecardActivated,
    ScorecardBackTested,
    ScorecardDeclined,
    ScorecardDrafted,
    ScorecardProposed,
)
from huiqun.risk.models import ScorecardVersion
from huiqun.risk.queries.back_tests import back_test
from huiqun.risk.rules.refusals import (
    BackTestFirst,
    OwnScorecard,
    ReasonMissing,
    ScorecardFixed,
    ScorecardNotFound,
    StartPast,
)
from huiqun.risk.rules.scorecards import card_of
from huiqun.risk.rules.states import CardState


@transaction.atomic
def draft_scorecard(
    *, card: dict[str, Any], note: str, by: Staff, now: datetime, scorecard_id: int | None = None
) -> int:
    """A new draft, or another text of one; its id. :raises ScorecardWrong, ScorecardFixed, ReasonMissing, NotYours"""
    check_officer(by)
    values = card_of(card)
    if not note.strip():
        raise ReasonMissing()
    row = _locked(scorecard_id) if scorecard_id else ScorecardVersion()
    if row.state != CardState.DRAFT:
        raise ScorecardFixed()
    row.card, row.card_digest, row.note = values.plain(), values.digest, note.strip()
    row.back_test, row.written_by, row.written_at = None, by, now
    row.save()
    event = ScorecardDrafted(scorecard_id=row.pk, card_digest=row.card_digest)
    facts.record(event, at=now, by=by, branch_id=by.branch_id)
    return int(row.pk)


@transaction.atomic
def back_test_scorecard(*, scorecard_id: int, days: int, by: Staff, now: datetime) -> None:
    """Try a draft on past claims; what it would have changed is kept with it. :raises ScorecardFixed, …"""
    check_officer(by)
    row = _locked(scorecard_id)
    if row.state != CardState.DRAFT:
        raise ScorecardFixed()
    tested = back_test(row.values, days=days, now=now)
    row.back_test = {**tested.plain(), "at": now.isoformat(), "card_digest": row.card_digest}
    row.save(update_fields=["back_test"])
    event = ScorecardBackTested(
        scorecard_id=row.pk, card_digest=row.card_digest, claims=tested.claims, changed=tested.changed
    )
    facts.record(event, at=now, by=by, branch_id=by.branch_id)


@transaction.atomic
def propose_scorecard(*, scorecard_id: int, by: Staff, now: datetime) -> None:
    """Hand a tested draft to a second officer. :raises BackTestFirst, ScorecardFixed, ScorecardNotFound, NotYours"""
    check_officer(by)
    row = _locked(scorecard_id)
    if row.state != CardState.DRAFT:
        raise ScorecardFixed()
    if not row.back_test or row.back_test["card_digest"] != row.card_digest:
        raise BackTestFirst()
    row.state, row.proposed_by = CardState.PROPOSED, by
    row.save(update_fields=["state", "proposed_by"])
    event = ScorecardProposed(scorecard_id=row.pk, card_digest=row.card_digest)
    facts.record(event, at=now, by=by, branch_id=by.branch_id)


@transaction.atomic
def activate_scorecard(
    *, scorecard_id: int, by: Staff, now: datetime, starts_at: datetime | None = None
) -> None:
    """Put a proposed version in force from ``starts_at`` (now) on. :raises OwnScorecard, StartPast, ScorecardFixed, …"""
    row = _proposed(scorecard_id, by)
    starts_at = starts_at or now
    if starts_at < now:
        raise StartPast()
    row.state, row.decided_by, row.decided_at, row.starts_at = CardState.ACTIVE, by, now, starts_at
    row.save(update_fields=["state", "decided_by", "decided_at", "starts_at"])
    event = ScorecardActivated(
        scorecard_id=row.pk, card_digest=row.card_digest, starts_at=starts_at.isoformat()
    )
    facts.record(event, at=now, by=by, branch_id=by.branch_id)


@transaction.atomic
def decline_scorecard(*, scorecard_id: int, reason: str, by: Staff, now: datetime) -> None:
    """:raises OwnScorecard, ReasonMissing, ScorecardFixed, ScorecardNotFound, NotYours"""
    row = _proposed(scorecard_id, by)
    if not reason.strip():
        raise ReasonMissing()
    row.state, row.decided_by, row.decided_at = CardState.DECLINED, by, now
    row.decline_reason = reason.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "decline_reason"])
    event = ScorecardDeclined(scorecard_id=row.pk, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=by.branch_id)


def _proposed(scorecard_id: int, by: Staff) -> ScorecardVersion:
    check_officer(by)
    row = _locked(scorecard_id)
    if row.state != CardState.PROPOSED:
        raise ScorecardFixed()
    if by.pk in (row.written_by_id, row.proposed_by_id):
        raise OwnScorecard()
    return row


def _locked(scorecard_id: int) -> ScorecardVersion:
    row: ScorecardVersion | None = (
        ScorecardVersion.objects.select_for_update(of=("self",)).filter(pk=scorecard_id).first()
    )
    if row is None:
        raise ScorecardNotFound()
    return row
