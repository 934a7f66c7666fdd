"""A dead gateway is left alone for a while, and slows no other."""

from datetime import timedelta
from typing import Any

import pytest

from huiqun.delivery import actions
from huiqun.delivery.channels.base import Message, Outcome, Verdict
from huiqun.delivery.models import Breaker, Recipient
from huiqun.delivery.rules.doubt import TRIP_AFTER, BreakerState, Health, after, rest
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, open_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DEAD = Outcome(verdict=Verdict.RETRY, code="ConnectTimeout")
MANY = TRIP_AFTER + 10


class Dead(Tray):
    """Answers nobody until it is mended."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.mended = 0, False

    def send(self, message: Message) -> Outcome:
        self.asked += 1
        return super().send(message) if self.mended else DEAD


def run_through(tray: Tray, branch: Any, people: int) -> Any:
    everybody = [make_customer(branch=branch, consents=["sms"]) for _ in range(people)]
    return open_run(branch=branch, people=everybody, accounts=[make_account(branch=branch, tray=tray)])


def account_facts() -> list[str]:
    kinds = Fact.objects.filter(kind__startswith="delivery.ChannelAccount").order_by("id")
    return [kind.split("Account")[1] for kind in kinds.values_list("kind", flat=True)][1:]


def test_is_asked_no_further_once_it_is_silent_and_nobody_loses_an_attempt_by_it(north: Any) -> None:
    tray = Dead()
    run = run_through(tray, north, MANY)
    assert actions.send_batch(run_id=run.pk, channel="sms", now=NOW).marked == MANY
    assert tray.asked == TRIP_AFTER
    untried = Recipient.objects.filter(run=run, state="queued", attempt=0, not_before=NOW)
    assert untried.count() == MANY - TRIP_AFTER
    again = actions.send_batch(run_id=run.pk, channel="sms", now=NOW + timedelta(seconds=1))
    assert (again.marked, again.next, tray.asked) == (0, "rest", TRIP_AFTER)


def test_one_message_tries_it_after_the_rest_and_all_follow_when_it_answers(north: Any) -> None:
    tray = Dead()
    run = run_through(tray, north, MANY)
    drain(run)
    breaker = Breaker.objects.get()
    assert breaker.state == BreakerState.OPEN and breaker.code == "ConnectTimeout"
    tray.asked, later = 0, NOW + timedelta(minutes=6)
    drain(run, now=later)
    assert tray.asked == 1 and Breaker.objects.get().state == BreakerState.OPEN
    tray.mended = True
    drain(run, now=later + timedelta(minutes=10))
    assert len(tray.messages) == MANY
    assert account_facts() == ["Tripped", "Probed", "Tripped", "Probed", "Recovered"]


def test_a_dead_gateway_slows_no_other(north: Any) -> None:
    """Beside one that never answers the other account's run is sent at once, and no worker waits."""
    dead, alive = Dead(), Tray()
    first, second = run_through(dead, north, MANY), run_through(alive, north, 5)
    drain(first)
    drain(second)
    assert len(alive.messages) == 5
    assert not actions.send_run(run_id=first.pk, channel="sms", clock=lambda: NOW + timedelta(seconds=1))


def test_only_one_of_many_workers_tries_it(north: Any) -> None:
    from huiqun.delivery.actions.breakers import allowed

    tray = Dead()
    drain(run_through(tray, north, MANY))
    account_id = Breaker.objects.get().pk
    later = NOW + timedelta(minutes=6)
    assert [allowed(account_id, 100, now=later) for _ in range(3)] == [1, 0, 0]
    assert allowed(account_id, 100, now=later + timedelta(seconds=31)) == 1


def test_a_few_troubles_among_answers_trip_nothing(north: Any) -> None:
    tray = Tray()
    run = run_through(tray, north, MANY)
    tray.answers["*"] = [DEAD] * (TRIP_AFTER - 1)
    drain(run)
    assert not Breaker.objects.exclude(state=BreakerState.CLOSED).exists()


def test_an_administrator_may_use_it_again_at_once(north: Any, administrator: Any) -> None:
    tray = Dead()
    run = run_through(tray, north, MANY)
    drain(run)
    tray.mended = True
    account_id = Breaker.objects.get().pk
    assert actions.close_breaker(account_id=account_id, by=administrator, now=NOW)
    assert not actions.close_breaker(account_id=account_id, by=administrator, now=NOW)
    drain(run, now=NOW + timedelta(minutes=1))
    assert len(tray.messages) == MANY


def test_pages_say_so_and_offer_to_use_it_again(
    head_office: Any, north: Any, marketer: Any, administrator: Any, client_of: Any
) -> None:
    run = run_through(Dead(), north, MANY)
    drain(run)
    breaker = Breaker.objects.get()
    assert "ConnectTimeout" in client_of(marketer).get(f"/delivery/runs/{run.pk}/").content.decode()
    place = f"/delivery/accounts/{breaker.pk}/try/"
    assert client_of(marketer).post(place).status_code in (403, 404)
    assert Breaker.objects.get().state == BreakerState.OPEN
    client = client_of(administrator)
    assert place in client.get("/delivery/accounts/").content.decode()
    client.post(place)
    assert Breaker.objects.get().state == BreakerState.CLOSED
    assert place not in client.get("/delivery/accounts/").content.decode()


@pytest.mark.parametrize(
    ("state", "troubles", "seen", "then"),
    [
        ("closed", 0, Health(answered=0, troubles_at_end=19), "closed"),
        ("closed", 19, Health(answered=0, troubles_at_end=1), "open"),
        ("closed", 19, Health(answered=1, troubles_at_end=1), "closed"),
        ("half_open", 40, Health(answered=0, troubles_at_end=1), "open"),
        ("half_open", 40, Health(answered=1, troubles_at_end=0), "closed"),
        ("open", 40, Health(answered=1, troubles_at_end=0), "closed"),
    ],
)
def test_state_after_a_batch(state: str, troubles: int, seen: Health, then: str) -> None:
    assert after(BreakerState(state), troubles, seen)[0] == then


def test_rests_grow_and_end_somewhere() -> None:
    rests = [rest(times, 1.0).total_seconds() for times in range(12)]
    assert rests[:3] == [10, 20, 40] and max(rests) == 300 and rest(0, 0.0).total_seconds() == 5
