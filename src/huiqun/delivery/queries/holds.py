"""What keeps a person's data from being erased: a run that has not finished with them."""

from datetime import date

from django.utils.translation import gettext as _

from huiqun.delivery.models import Recipient, Run
from huiqun.delivery.rules.states import RunState, State

NOT_FINISHED = (State.LISTED, State.HELD, State.QUEUED, State.SENDING)


def open_runs(customer_id: int, today: date) -> tuple[str, ...]:
    open_ = Run.objects.exclude(state=RunState.FINISHED).values("pk")
    runs = Recipient.objects.filter(run__in=open_, customer_id=customer_id, state__in=NOT_FINISHED)
    return tuple(
        _("Sending run %(run)s has not finished with this customer; wait for its end or cancel it.")
        % {"run": run}
        for run in runs.order_by("run_id").values_list("run_id", flat=True)
    )
