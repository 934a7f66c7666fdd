"""Messages of unknown outcome that wait for somebody's decision."""

from typing import Any

from huiqun.delivery.models import Recipient
from huiqun.delivery.rules.states import Failure, State


def uncertain_rows(run_id: int) -> Any:
    return Recipient.objects.filter(run_id=run_id, state=State.FAILED, failure=Failure.UNKNOWN)
