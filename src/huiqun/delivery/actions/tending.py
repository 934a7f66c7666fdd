"""What keeps runs going when somebody died or the clock moved on: leases, quiet hours, deadlines, the end."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count

from huiqun.delivery.actions.leases import forget_leases, recover_leases, recover_orphans
from huiqun.delivery.actions.pauses import keep_quiet
from huiqun.delivery.actions.runs import enqueue_senders, locked_run
from huiqun.delivery.events import RunFinished
from huiqun.delivery.models import GatewayNonce, Recipient, Run
from huiqun.delivery.models.runs import LIVE
from huiqun.delivery.queries.ledger import root_of_run
from huiqun.delivery.rules.states import OPEN, Failure, Reason, RunState, State
from huiqun.foundation import facts, jobs


def tend_runs(*, now: datetime) -> int:
    """Look after every unfinished run; how many there are. Costs one look-up when there is none."""
    runs = list(Run.objects.filter(source=LIVE).exclude(state=RunState.FINISHED))
    if runs:
        recover_leases(now=now)
        forget_leases(now=now)
    for run in runs:
        if run.state == RunState.GATING:
            jobs.enqueue("delivery.gate_run", unique=f"delivery.gate:{run.pk}", run_id=run.pk)
        elif run.state == RunState.SENDING:
            _tend(run, now)
    return len(runs)


def _tend(run: Run, now: datetime) -> None:
    if run.deadline_at is not None and run.deadline_at <= now:
        _drop_late(run.pk)
    else:
        release_held(run_id=run.pk, now=now)
        keep_quiet(run_id=run.pk, now=now)
    due = Recipient.objects.filter(run=run, state=State.QUEUED).exclude(not_before__gt=now)
    if due.exists() or recover_orphans(run_id=run.pk):
        enqueue_senders(run)
    else:
        finish_run(run_id=run.pk, now=now)


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
    tally, was_told = _tally(run), bool(run.tally)
    run.state, run.finished_at, run.tally = RunState.FINISHED, now, tally
    run.save(update_fields=["state", "finished_at", "tally"])
    if was_told:  # opened again for uncertain messages: its root stands, what changed is in their fact
        return True
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
