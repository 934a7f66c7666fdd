"""What keeps runs going when somebody died or the clock moved on: leases, quiet hours, deadlines, the end."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count

from huiqun.delivery.actions.runs import enqueue_senders, locked_run
from huiqun.delivery.channels import registry
from huiqun.delivery.events import RunFinished
from huiqun.delivery.models import GatewayNonce, Recipient, Run
from huiqun.delivery.models.runs import LIVE
from huiqun.delivery.queries.ledger import root_of_run
from huiqun.delivery.rules.states import OPEN, Failure, Reason, RunState, State
from huiqun.delivery.rules.timing import LOST_LEASES, quiet_until
from huiqun.foundation import facts, jobs


def tend_runs(*, now: datetime) -> int:
    """Look after every unfinished run; how many there are. Costs one look-up when there is none."""
    runs = list(Run.objects.filter(source=LIVE).exclude(state=RunState.FINISHED))
    if runs:
        recover_leases(now=now)
    for run in runs:
        if run.state == RunState.GATING:
            jobs.enqueue("delivery.gate_run", unique=f"delivery.gate:{run.pk}", run_id=run.pk)
        elif run.state == RunState.SENDING:
            _tend(run, now)
    return len(runs)


def _tend(run: Run, now: datetime) -> None:
    if run.deadline_at is not None and run.deadline_at <= now:
        _drop_late(run.pk)
    elif quiet_until(now, run.quiet_hours):
        hold_quiet(run_id=run.pk, now=now)
        return
    else:
        release_held(run_id=run.pk, now=now)
    due = Recipient.objects.filter(run=run, state=State.QUEUED).exclude(not_before__gt=now)
    if due.exists():
        enqueue_senders(run)
    else:
        finish_run(run_id=run.pk, now=now)


@transaction.atomic
def recover_leases(*, now: datetime) -> int:
    """Take back what a worker marked and never told the outcome of; how many.

    A channel that honours the idempotency key is asked again with the same key. Otherwise a message
    whose handover had begun stays unknown and counts as failed: rather one too few than one twice.
    """
    repeatable = [name for name, driver in registry.DRIVERS.items() if driver.idempotent]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH lost AS ("
            "  SELECT r.id, r.handed_at IS NOT NULL OR a.driver = ANY(%(repeatable)s) AS uncertain,"
            "         r.handed_at IS NOT NULL OR r.lost_leases >= %(most)s AS is_over"
            "  FROM delivery_recipient r JOIN delivery_run run ON run.id = r.run_id"
            "  CROSS JOIN LATERAL jsonb_to_recordset(run.channels) AS plan (channel text, account_id bigint)"
            "  JOIN delivery_channelaccount a ON a.id = plan.account_id"
            "  WHERE plan.channel = r.channel AND r.state = 'sending' AND r.lease_until < %(now)s"
            "  ORDER BY r.id FOR UPDATE OF r SKIP LOCKED"
            ") UPDATE delivery_recipient r SET"
            "  state = CASE WHEN is_over THEN 'failed' ELSE 'queued' END,"
            "  failure = CASE WHEN is_over THEN %(unknown)s ELSE '' END,"
            "  is_uncertain = r.is_uncertain OR lost.uncertain, lease_by = NULL, lease_until = NULL,"
            "  attempt = r.attempt - 1, lost_leases = r.lost_leases + 1"
            " FROM lost WHERE r.id = lost.id",
            {"now": now, "repeatable": repeatable, "most": LOST_LEASES, "unknown": Failure.UNKNOWN},
        )
        return int(cursor.rowcount)


@transaction.atomic
def hold_quiet(*, run_id: int, now: datetime) -> int:
    """Keep what is queued until the quiet hours end; how many. Holding is a state, not a reason."""
    run = locked_run(run_id)
    until = quiet_until(now, run.quiet_hours)
    if until is None:
        return 0
    waiting = Recipient.objects.filter(run=run, state=State.QUEUED)
    return int(waiting.update(state=State.HELD, not_before=until))


@transaction.atomic
def release_held(*, run_id: int, now: datetime) -> int:
    """Queue what was held, once its time has come; how many."""
    held = Recipient.objects.filter(run_id=run_id, state=State.HELD, not_before__lte=now)
    return int(held.update(state=State.QUEUED, not_before=None))


@transaction.atomic
def _drop_late(run_id: int) -> None:
    """Late is dropped, not sent; what may have been sent before counts as failed."""
    waiting = Recipient.objects.filter(run_id=run_id, state__in=[State.QUEUED, State.HELD])
    waiting.filter(is_uncertain=True).update(state=State.FAILED, failure=Failure.UNKNOWN)
    waiting.filter(is_uncertain=False).update(state=State.DROPPED, reason=Reason.DEADLINE_PASSED)


@transaction.atomic
def finish_run(*, run_id: int, now: datetime) -> bool:
    """Finish a run when everybody is sent, dropped or failed; whether it is finished."""
    run = locked_run(run_id)
    if run.is_over:
        return True
    if run.state != RunState.SENDING or Recipient.objects.filter(run=run, state__in=OPEN).exists():
        return False
    tally = _tally(run)
    run.state, run.finished_at, run.tally = RunState.FINISHED, now, tally
    run.save(update_fields=["state", "finished_at", "tally"])
    finished = RunFinished(
        run_id=run_id, ordered_by=run.subject, audience=run.audience, root=root_of_run(run_id), **tally
    )
    facts.record(finished, at=now, branch_id=run.branch_id)
    return True


def _tally(run: Run) -> dict[str, int]:
    states = dict(Recipient.objects.filter(run=run).order_by().values_list("state").annotate(n=Count("id")))
    return {
        "sent": states.get(State.SENT, 0) + states.get(State.DELIVERED, 0),
        "dropped": states.get(State.DROPPED, 0),
        "failed": states.get(State.FAILED, 0),
    }


def forget_nonces(*, before: datetime) -> int:
    """Nonces whose signatures are too old to be accepted anyway."""
    gone, _ = GatewayNonce.objects.filter(received_at__lt=before).delete()
    return gone
