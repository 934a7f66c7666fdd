"""Settling referrals: who converted is rewarded once, both sides or neither, and what was reversed goes back."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from huiqun.benefits.actions.grants import grant_benefit
from huiqun.benefits.actions.pieces import put_back
from huiqun.benefits.events import ReferralReversed, ReferralSettled
from huiqun.benefits.models import Claim, Invitation, Referral, ReferralProgramme
from huiqun.benefits.queries.referral_lake import days_of, first_ever
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.referral import (
    LATE_DAYS,
    Party,
    ReferralState,
    Why,
    is_self,
    last_day_of,
)
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal
from huiqun.risk import actions as risk

LOCK = 7_310_321
COUNT = """
INSERT INTO benefits_referralcount AS old (programme_id, customer_id, scope, taken)
VALUES (%(programme)s, %(who)s, %(day)s, 1), (%(programme)s, %(who)s, 'in all', 1)
ON CONFLICT (programme_id, customer_id, scope) DO UPDATE SET taken = old.taken + 1
 WHERE old.taken < CASE old.scope WHEN 'in all' THEN %(in_all)s ELSE %(per_day)s END
RETURNING scope
"""
UP = """
WITH RECURSIVE up (who, path) AS (
    SELECT %(referrer)s::bigint, ARRAY[%(referee)s::bigint, %(referrer)s::bigint]
    UNION ALL
    SELECT r.referrer_id, up.path || r.referrer_id FROM up JOIN benefits_referral r ON r.referee_id = up.who
     WHERE up.who <> %(referee)s AND (NOT r.referrer_id = ANY(up.path) OR r.referrer_id = %(referee)s)
       AND r.state <> 'refused' AND cardinality(up.path) < 50
)
SELECT path FROM up WHERE who = %(referee)s LIMIT 1
"""


def settle_referrals(*, now: datetime) -> int:
    """Look at all programmes: reward who converted, try again what was stuck, take back what was reversed. How
    many changed. Safe to repeat."""
    programmes = list(ReferralProgramme.objects.exclude(opened_at=None).order_by("pk"))
    return sum(
        _settle(programme, now) + _reverse(programme, now) + _retry(programme, now)
        for programme in programmes
    )


def _settle(programme: ReferralProgramme, now: datetime) -> int:
    longest = timedelta(days=programme.window_days + LATE_DAYS)
    invited = Invitation.objects.filter(programme=programme, invited_at__gt=now - longest)
    marks = {each.phone_mark: each for each in invited.select_related("link").order_by("pk")}
    known = customers.ids_by_phone_mark(list(marks)) if marks else {}
    # A number that several customers share says not who was invited.
    who = {ids[0]: marks[mark] for mark, ids in known.items() if len(ids) == 1}
    done = Referral.objects.filter(programme=programme, referee__in=who).values_list("referee_id", flat=True)
    waiting = {referee: each for referee, each in who.items() if referee not in set(done)}
    if not waiting:
        return 0
    first = min(local_date(each.invited_at) for each in waiting.values())
    days = days_of(
        programme.conversion,
        ids=list(waiting),
        first=first,
        last=local_date(now),
        least_fen=programme.least_fen,
    )
    earlier = first_ever(programme.conversion, ids=list(days), until=local_date(now)) if days else {}
    settled = 0
    for referee, found in sorted(days.items()):
        each = waiting[referee]
        begin, end = local_date(each.invited_at), last_day_of(each.invited_at, programme.window_days)
        within = [day for day in found if begin <= day <= end]
        if within:
            is_new = earlier.get(referee, within[0]) >= begin
            settled += settle_referral(
                invitation_id=each.pk, referee_id=referee, converted_on=within[0], is_new=is_new, now=now
            )
    return settled


@transaction.atomic
def settle_referral(
    *, invitation_id: int, referee_id: int, converted_on: date, is_new: bool, now: datetime
) -> bool:
    """Decide on one conversion; whether it was new. The programme's referrals queue here, so that two who brought
    each other are never judged without seeing one another."""
    invitation = Invitation.objects.select_related("link", "programme").filter(pk=invitation_id).first()
    if invitation is None:
        return False
    programme = invitation.programme
    _queue(programme)
    if Referral.objects.filter(programme=programme, referee_id=referee_id).exists():
        return False
    referral = Referral(
        programme=programme,
        referee_id=referee_id,
        referrer_id=invitation.link.customer_id,
        invited_at=invitation.invited_at,
        converted_on=converted_on,
        decided_at=now,
    )
    state, why, judged = _decide(referral, invitation, is_new, now)
    referral.state, referral.why = state, why
    referral.save()
    if judged is not None and state == ReferralState.HELD:
        risk.hold_claim(judged=judged, reference=f"referral:{referral.pk}", now=now)
    elif state == ReferralState.REWARDED:
        _reward(referral, now)
    _tell(referral, now)
    return True


def _queue(programme: ReferralProgramme) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, programme.pk])


def _decide(
    referral: Referral, invitation: Invitation, is_new: bool, now: datetime
) -> tuple[ReferralState, str, risk.Judged | None]:
    if not is_new:
        return ReferralState.REFUSED, Why.NOT_NEW, None
    if is_self(*_parties(referral, invitation)):
        return ReferralState.REFUSED, Why.SELF, None
    if circle := _circle(referral):
        risk.note_circle(customer_ids=circle, now=now)
        return ReferralState.REFUSED, Why.CIRCLE, None
    judged = risk.judge_claim(signals=_signals(referral, invitation), now=now)
    if judged.outcome == risk.Outcome.REFUSE:
        risk.note_stopped(judged=judged, now=now)
        return ReferralState.REFUSED, Why.RISK, judged
    if judged.outcome == risk.Outcome.HOLD:
        return ReferralState.HELD, "", judged
    if not _count(referral, now):
        return ReferralState.REFUSED, Why.CAPPED, judged
    return ReferralState.REWARDED, "", judged


def _parties(referral: Referral, invitation: Invitation) -> tuple[Party, Party]:
    marks = customers.marks_of([referral.referee_id, referral.referrer_id])
    devices = {referral.referee_id: invitation.device, referral.referrer_id: invitation.link.device}
    one, other = (
        Party(
            customer_id=who,
            document=marks[who].document,
            payee=marks[who].payee,
            phone=marks[who].phone,
            device=devices[who],
        )
        for who in (referral.referee_id, referral.referrer_id)
    )
    return one, other


def _circle(referral: Referral) -> Collection[int]:
    with connection.cursor() as cursor:
        cursor.execute(UP, {"referee": referral.referee_id, "referrer": referral.referrer_id})
        found = cursor.fetchone()
    return set(found[0]) if found else ()


def _signals(referral: Referral, invitation: Invitation) -> risk.ClaimSignals:
    programme = referral.programme
    marks = customers.marks_of([referral.referee_id])[referral.referee_id]
    return risk.ClaimSignals(
        subject=f"referral:{programme.pk}",
        benefit_id=programme.referee_benefit_id,
        customer_id=referral.referee_id,
        branch_id=programme.branch_id,
        device=invitation.device,
        payee=marks.payee,
        document=marks.document,
        opened_date=marks.opened_date,
        referrer_id=referral.referrer_id,
        value_fen=programme.referee_benefit.value_fen + programme.referrer_benefit.value_fen,
        present=False,
    )


def _count(referral: Referral, now: datetime) -> bool:
    """One statement counts under both caps; where one is reached, both are left as they were."""
    programme = referral.programme
    values: dict[str, int | str] = {
        "programme": programme.pk,
        "who": referral.referrer_id,
        "day": local_date(now).isoformat(),
        "in_all": programme.in_all,
        "per_day": programme.per_day,
    }
    within = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        if len(cursor.fetchall()) == 2:
            transaction.savepoint_commit(within)
            return True
    transaction.savepoint_rollback(within)
    return False


def _reward(referral: Referral, now: datetime) -> None:
    """Both rewards or neither; what cannot be given now is tried again."""
    programme, because = referral.programme, f"referral:{referral.pk}"
    try:
        with transaction.atomic():
            mine = grant_benefit(
                benefit_id=programme.referrer_benefit_id,
                customer_id=referral.referrer_id,
                because=because,
                now=now,
            )
            theirs = grant_benefit(
                benefit_id=programme.referee_benefit_id,
                customer_id=referral.referee_id,
                because=because,
                now=now,
            )
    except Refusal:
        referral.state, referral.why = ReferralState.STUCK, Why.UNPAID
    else:
        referral.state, referral.why = ReferralState.REWARDED, ""
        referral.referrer_claim, referral.referee_claim = mine.claim_id, theirs.claim_id
    referral.decided_at = now
    referral.save()


def _tell(referral: Referral, now: datetime) -> None:
    event = ReferralSettled(
        referral_id=referral.pk,
        programme_id=referral.programme_id,
        referee_id=referral.referee_id,
        referrer_id=referral.referrer_id,
        state=referral.state,
        why=referral.why,
    )
    facts.record(event, at=now, branch_id=referral.programme.branch_id)


def _retry(programme: ReferralProgramme, now: datetime) -> int:
    stuck = Referral.objects.filter(programme=programme, state=ReferralState.STUCK)
    return sum(_try_again(pk, now) for pk in stuck.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _try_again(referral_id: int, now: datetime) -> bool:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("programme")
    referral = rows.get(pk=referral_id)
    if referral.state != ReferralState.STUCK:
        return False
    _reward(referral, now)
    if referral.state == ReferralState.STUCK:
        return False
    _tell(referral, now)
    return True


@transaction.atomic
def decide_held_referral(*, reference: str, release: bool, now: datetime) -> bool:
    """What an officer decided on a referral that was held; also after an accepted appeal. Safe to repeat."""
    kind, _colon, number = reference.partition(":")
    if kind != "referral" or not number.isdecimal():
        return False
    rows = Referral.objects.select_for_update(of=("self",)).select_related("programme")
    referral = rows.filter(pk=int(number)).first()
    if referral is None or not _may_decide(referral, release):
        return False
    if not release:
        referral.state, referral.why = ReferralState.REFUSED, Why.OFFICER
    elif not _count(referral, now):
        referral.state, referral.why = ReferralState.REFUSED, Why.CAPPED
    else:
        _reward(referral, now)
    referral.decided_at = now
    referral.save()
    _tell(referral, now)
    return True


def _may_decide(referral: Referral, release: bool) -> bool:
    refused = referral.state == ReferralState.REFUSED and referral.why == Why.OFFICER
    return bool(referral.state == ReferralState.HELD or (release and refused))


def _reverse(programme: ReferralProgramme, now: datetime) -> int:
    if not programme.reversal_kind:
        return 0
    longest = timedelta(days=programme.window_days + LATE_DAYS)
    rewarded = Referral.objects.filter(
        programme=programme,
        state__in=(ReferralState.REWARDED, ReferralState.STUCK),
        converted_on__gte=local_date(now) - longest,
    )
    when = {each.referee_id: each for each in rewarded}
    if not when:
        return 0
    first = min(each.converted_on for each in when.values())
    days = days_of(programme.reversal_kind, ids=list(when), first=first, last=local_date(now))
    return sum(
        reverse_referral(referral_id=when[referee].pk, now=now)
        for referee, found in sorted(days.items())
        if any(
            when[referee].converted_on
            <= day
            <= when[referee].converted_on + timedelta(days=programme.window_days)
            for day in found
        )
    )


@transaction.atomic
def reverse_referral(*, referral_id: int, now: datetime) -> bool:
    """Both rewards go back to stock as far as they have not been used; whether there was something to reverse."""
    rows = Referral.objects.select_for_update(of=("self",)).select_related("programme")
    referral = rows.filter(pk=referral_id).first()
    if referral is None or referral.state not in (ReferralState.REWARDED, ReferralState.STUCK):
        return False
    taken_back = sum(
        _take_back(claim_id, now)
        for claim_id in sorted(filter(None, (referral.referrer_claim, referral.referee_claim)))
    )
    referral.state, referral.decided_at = ReferralState.REVERSED, now
    referral.save()
    event = ReferralReversed(
        referral_id=referral.pk, programme_id=referral.programme_id, taken_back=taken_back
    )
    facts.record(event, at=now, branch_id=referral.programme.branch_id)
    return True


def _take_back(claim_id: int, now: datetime) -> bool:
    waiting = Claim.objects.filter(pk=claim_id, state__in=(ClaimState.GRANTED, ClaimState.CLAIMED))
    why = "the referral was reversed"
    if not waiting.update(state=ClaimState.REVOKED, ended_at=now, ended_because=why):
        return False
    put_back(Claim.objects.get(pk=claim_id), now=now)
    return True


def forget_invitations(*, now: datetime) -> int:
    """Numbers' digests go once their window and the late deliveries are over; how many."""
    gone = 0
    for programme in ReferralProgramme.objects.all():
        before = now - timedelta(days=programme.window_days + LATE_DAYS)
        gone += Invitation.objects.filter(programme=programme, invited_at__lte=before).delete()[0]
    return gone
