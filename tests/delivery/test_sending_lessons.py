"""What others were complained to about: each test says in its name what it prevents."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from huiqun.delivery import actions, queries
from huiqun.delivery.actions.leases import renew
from huiqun.delivery.actions.marking import mark_batch
from huiqun.delivery.channels.base import Outcome, Verdict
from huiqun.delivery.models import Lease, Recipient, RunPace, Touch
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, open_run, outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def tray() -> Tray:
    return Tray()


def make_run(branch: Any, tray: Tray, people: int, **over: Any) -> Any:
    everybody = [make_customer(branch=branch, consents=["sms"]) for _ in range(people)]
    return open_run(
        branch=branch, people=everybody, accounts=[make_account(branch=branch, tray=tray)], **over
    )


def test_a_run_does_not_start_again_from_the_first_person_after_a_pause(
    north: Any, tray: Tray, marketer: Any
) -> None:
    run = make_run(north, tray, 9)
    for _ in range(3):
        actions.send_batch(run_id=run.pk, channel="sms", now=NOW, size=2)
        actions.pause_run(run_id=run.pk, by=marketer, now=NOW)
        actions.resume_run(run_id=run.pk, by=marketer, now=NOW)
    drain(run)
    assert len(tray.messages) == len({message.to for message in tray.messages}) == 9


def test_a_run_does_not_hang_when_a_worker_dies_with_a_batch(north: Any, tray: Tray) -> None:
    run = make_run(north, tray, 3)
    mark_batch(run_id=run.pk, channel="sms", worker=uuid4(), size=3, now=NOW)
    actions.tend_runs(now=NOW + timedelta(seconds=29))
    assert Recipient.objects.filter(run=run, state="sending").count() == 3
    actions.tend_runs(now=NOW + timedelta(seconds=31))
    drain(run, now=NOW + timedelta(seconds=31))
    assert queries.run_progress(run.pk).is_finished and len(tray.messages) == 3


def test_a_run_does_not_hang_when_a_lease_itself_is_lost(north: Any, tray: Tray) -> None:
    run = make_run(north, tray, 3)
    mark_batch(run_id=run.pk, channel="sms", worker=uuid4(), size=3, now=NOW)
    Lease.objects.all().delete()
    actions.tend_runs(now=NOW)
    drain(run)
    assert queries.run_progress(run.pk).is_finished and len(tray.messages) == 3


def test_a_batch_that_somebody_still_works_on_is_not_taken_away(north: Any, tray: Tray) -> None:
    run, worker = make_run(north, tray, 1), uuid4()
    mark_batch(run_id=run.pk, channel="sms", worker=worker, size=1, now=NOW)
    assert renew(worker, now=NOW + timedelta(seconds=25))
    assert actions.recover_leases(now=NOW + timedelta(seconds=50)) == 0
    assert actions.recover_leases(now=NOW + timedelta(seconds=56)) == 1
    assert not renew(worker, now=NOW + timedelta(seconds=57))


def test_a_run_is_not_finished_while_anybody_waits_for_another_attempt(north: Any, tray: Tray) -> None:
    run = make_run(north, tray, 3)
    tray.answers["*"] = [Outcome(verdict=Verdict.RETRY)]
    drain(run)
    progress = queries.run_progress(run.pk)
    assert (progress.sent, progress.open, progress.is_finished) == (2, 1, False)
    actions.tend_runs(now=NOW + timedelta(seconds=1))
    assert not queries.run_progress(run.pk).is_finished
    drain(run, now=NOW + timedelta(minutes=1))
    progress = queries.run_progress(run.pk)
    assert progress.is_finished and progress.sent + progress.dropped + progress.failed == progress.audience


def test_one_persons_failure_does_not_halt_the_others(north: Any, tray: Tray) -> None:
    run = make_run(north, tray, 5)
    tray.answers["*"] = [Outcome(verdict=Verdict.REFUSED, code="blocked")]
    drain(run)
    progress = queries.run_progress(run.pk)
    assert (progress.sent, progress.failed) == (4, 1)


def test_those_before_a_workers_place_are_found_again_when_their_time_has_come(
    north: Any, tray: Tray
) -> None:
    """A worker goes along the list; who was put off on the way must not be passed by for good."""
    run = make_run(north, tray, 4)
    first = mark_batch(run_id=run.pk, channel="sms", worker=uuid4(), size=2, now=NOW)
    actions.recover_leases(now=NOW + timedelta(seconds=31))
    later = NOW + timedelta(seconds=32)
    behind = mark_batch(run_id=run.pk, channel="sms", worker=uuid4(), size=10, now=later, after=first.last_id)
    found = mark_batch(run_id=run.pk, channel="sms", worker=uuid4(), size=10, now=later, after=behind.last_id)
    assert [len(first.people), len(behind.people), len(found.people)] == [2, 2, 2]
    assert {person.recipient_id for person in found.people} == {p.recipient_id for p in first.people}


class TestSpeed:
    def test_a_run_goes_as_slowly_as_somebody_has_set_it(self, north: Any, tray: Tray, marketer: Any) -> None:
        run = make_run(north, tray, 10)
        actions.pace_run(run_id=run.pk, per_second=2, by=marketer, now=NOW)
        RunPace.objects.update(tokens=2)
        done = actions.send_batch(run_id=run.pk, channel="sms", now=NOW)
        assert done.marked == 2 and len(tray.messages) == 2
        assert queries.run_progress(run.pk).pace == 2

    def test_taking_the_limit_away_lets_it_go_on_at_once(self, north: Any, tray: Tray, marketer: Any) -> None:
        run = make_run(north, tray, 10)
        actions.pace_run(run_id=run.pk, per_second=1, by=marketer, now=NOW)
        actions.pace_run(run_id=run.pk, per_second=None, by=marketer, now=NOW)
        drain(run)
        assert len(tray.messages) == 10
        speeds = Fact.objects.filter(kind="delivery.RunPaced").order_by("id").values_list("body", flat=True)
        assert [body["per_second"] for body in speeds] == [1, None]

    def test_setting_the_same_speed_twice_is_one_fact(self, north: Any, tray: Tray, marketer: Any) -> None:
        run = make_run(north, tray, 1)
        for _ in range(2):
            actions.pace_run(run_id=run.pk, per_second=5, by=marketer, now=NOW)
        assert Fact.objects.filter(kind="delivery.RunPaced").count() == 1

    def test_the_page_takes_a_speed_and_shows_it(
        self, north: Any, tray: Tray, marketer: Any, client_of: Any
    ) -> None:
        run, client = make_run(north, tray, 1), client_of(marketer)
        for text, then in (("7", 7), ("0", 7), ("x", 7), ("", None)):
            client.post(f"/delivery/runs/{run.pk}/pace/", {"per_second": text})
            assert queries.run_progress(run.pk).pace == then

    def test_what_the_run_could_not_use_goes_back_to_the_account(
        self, north: Any, tray: Tray, marketer: Any
    ) -> None:
        from huiqun.delivery.models import RateBucket

        run = make_run(north, tray, 10)
        actions.pace_run(run_id=run.pk, per_second=1, by=marketer, now=NOW)
        RunPace.objects.update(tokens=1)
        RateBucket.objects.update(tokens=50)
        actions.send_batch(run_id=run.pk, channel="sms", now=NOW)
        assert RateBucket.objects.get().tokens >= 49


def test_progress_tells_rate_and_what_is_left(north: Any, tray: Tray) -> None:
    run = make_run(north, tray, 30)
    actions.send_batch(run_id=run.pk, channel="sms", now=NOW, size=20)
    progress = queries.run_progress(run.pk, now=NOW + timedelta(seconds=10))
    assert progress.per_second == pytest.approx(2, rel=0.1)
    assert progress.seconds_left == pytest.approx(5, abs=1)
    assert queries.run_progress(run.pk, now=NOW + timedelta(minutes=5)).seconds_left is None


def test_a_message_is_touched_once_however_often_it_is_reported(north: Any, tray: Tray) -> None:
    run = make_run(north, tray, 1)
    person = make_customer(branch=north)
    drain(run)
    drain(run)
    assert Touch.objects.filter(run_id=run.pk, kind="sent").count() == 1
    assert not Recipient.objects.filter(run=run, customer_id=person.pk).exists()


def test_copy_with_conditions_and_braces_is_filled_in_as_copy_without() -> None:
    from huiqun.lib.template import outline, render

    values = {"name": "王{x}", "bank": "{江川}"}
    plain = "{{ bank }}：{{ name }}，{利率} 100%"
    pattern = outline(plain, {"bank": "{江川}"}, ("name",))
    assert pattern is not None and pattern.format_map(values) == render(plain, values)
    assert outline("{% if name %}您好{% endif %}", {}, ("name",)) is None
    assert outline("{{ name | upper }}", {}, ("name",)) is None
    assert outline("{{ unknown }}", {}, ("name",)) is None


def test_links_made_together_are_those_made_alone() -> None:
    from huiqun.delivery.queries.links import make_link, make_links

    assert (
        make_links([1, 7, 2**40]) == [make_link(1), make_link(7), make_link(2**40)] and make_links([]) == []
    )


def test_an_unknown_outcome_of_an_idempotent_channel_is_asked_again_with_the_same_key(
    north: Any, tray: Tray
) -> None:
    run = make_run(north, tray, 1)
    keys: list[str] = []
    tray.before = lambda message: keys.append(message.key)
    tray.answers["*"] = [Outcome(verdict=Verdict.UNKNOWN)]
    drain(run)
    drain(run, now=NOW + timedelta(minutes=1))
    person = Recipient.objects.get(run=run).customer_id
    assert outcome(run, person) == ("sent", "") and len(keys) == 2 and len(set(keys)) == 1
