"""How fast a run may go, changed while it goes."""

from datetime import datetime

from django.db import transaction

from huiqun.delivery.actions.runs import locked_run
from huiqun.delivery.events import RunPaced
from huiqun.delivery.models import RunPace
from huiqun.delivery.rules.refusals import RunOver
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@transaction.atomic
def pace_run(*, run_id: int, per_second: int | None, by: Staff | None, now: datetime) -> None:
    """Let a run send at most so many messages a second; None is as fast as its accounts may.

    It holds from the next batch on, for all workers together.
    :raises RunOver, NotFound
    """
    run = locked_run(run_id)
    if run.is_over:
        raise RunOver
    before = RunPace.objects.filter(pk=run_id).values_list("per_second", flat=True).first()
    if before == per_second:
        return
    if per_second is None:
        RunPace.objects.filter(pk=run_id).delete()
    else:
        values = {"per_second": per_second, "tokens": 0, "filled_at": now}
        RunPace.objects.update_or_create(run_id=run_id, defaults=values)
    paced = RunPaced(run_id=run_id, ordered_by=run.subject, per_second=per_second)
    facts.record(paced, at=now, by=by, branch_id=run.branch_id)
