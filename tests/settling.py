"""Waiting until rows are settled: for a moment a neighbouring test's transaction may count as one of ours."""

from time import monotonic, sleep

from huiqun.delivery.models import Touch
from huiqun.foundation.models import Fact


def wait_until_settled(*, seconds: float = 10) -> None:
    """Until every fact and touch lies below the horizon; after ``seconds`` the test goes on and says what it sees."""
    until = monotonic() + seconds
    while monotonic() < until:
        if all(model.objects.settled().count() == model.objects.count() for model in (Fact, Touch)):
            return
        sleep(0.05)
