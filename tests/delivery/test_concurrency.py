"""Several at once: workers, withdrawals, stops. Real connections, real locks."""

import random
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from huiqun.compliance import actions as compliance
from huiqun.customers import actions as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.actions.marking import mark_batch
from huiqun.delivery.models import Recipient, Run
from huiqun.foundation import clock
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, make_account, open_run, outcome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("now")]


def together(*jobs: Callable[[], object]) -> None:
    """Run each in a thread with a connection of its own; raise what any of them raised."""
    problems: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            with clock.at(NOW):
                job()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if problems:
        raise problems[0]


def send_all(run: Run, size: int = 7) -> None:
    while actions.send_batch(run_id=run.pk, channel="sms", now=NOW, size=size).next != "none":
        pass


@contextmanager
def waiting_for_a_lock(job: Callable[[], object]) -> Any:
    """Start ``job`` in a thread and give the block control once it waits for a lock."""
    done = threading.Event()

    def run() -> None:
        try:
            with clock.at(NOW):
                job()
        finally:
            connections.close_all()
            done.set()

    thread = threading.Thread(target=run)
    thread.start()
    for _ in range(200):
        if _someone_waits():
            break
        threading.Event().wait(0.02)
    else:
        pytest.fail("it does not wait for the lock")
    assert not done.is_set()
    yield
    thread.join(30)
    assert done.is_set()


def _someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


def test_workers_side_by_side_send_to_each_person_once(north: Any) -> None:
    tray = Tray()
    people = [make_customer(branch=north, consents=["sms"]) for _ in range(60)]
    run = open_run(branch=north, people=people, accounts=[make_account(branch=north, tray=tray)])
    together(*[lambda: send_all(run)] * 4)
    assert sorted(message.to for message in tray.messages) == sorted(person.phone for person in people)
    assert queries.run_progress(run.pk).sent == 60


def test_nothing_is_marked_after_a_withdrawal_has_committed(north: Any) -> None:
    """People leave at random moments while two workers send; each mark is checked against each leave."""
    tray, chance = Tray(), random.Random(7)
    people = [make_customer(branch=north, consents=["sms"]) for _ in range(60)]
    run = open_run(branch=north, people=people, accounts=[make_account(branch=north, tray=tray)])
    leavers = chance.sample(people, 25)
    left: set[str] = set()
    late: list[str] = []
    original = mark_batch

    def watched(**arguments: Any) -> Any:
        """Whoever had left before the marking began must not be in it."""
        gone = set(left)
        marked = original(**arguments)
        ids = [person.customer_id for person in marked.people]
        late.extend(str(i) for i in ids if str(i) in gone)
        return marked

    def leave() -> None:
        for person in leavers:
            threading.Event().wait(chance.random() / 100)
            customers.withdraw_consent(
                customer_id=person.pk, channel="sms", purpose="marketing", source="test", now=NOW
            )
            left.add(str(person.pk))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huiqun.delivery.actions.sending.mark_batch", watched)
        together(lambda: send_all(run, 3), lambda: send_all(run, 3), leave)
    assert late == []
    states = dict(Recipient.objects.filter(run=run).values_list("customer_id", "state"))
    assert {states[person.pk] for person in people} <= {"sent", "dropped"}
    assert all(states[person.pk] == "sent" for person in people if person not in leavers)


def test_a_withdrawal_waits_for_the_mark_and_a_later_mark_sees_it(north: Any) -> None:
    tray = Tray()
    person = make_customer(branch=north, consents=["sms"])
    run = open_run(branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)])

    def withdraw() -> None:
        customers.withdraw_consent(
            customer_id=person.pk, channel="sms", purpose="marketing", source="test", now=NOW
        )

    with transaction.atomic():
        marked = mark_batch(run_id=run.pk, channel="sms", worker=uuid4(), size=10, now=NOW)
        waiting = waiting_for_a_lock(withdraw)
        waiting.__enter__()
    waiting.__exit__(None, None, None)
    assert len(marked.people) == 1
    actions.recover_leases(now=NOW + timedelta(minutes=5))
    send_all(run)
    assert tray.messages == [] and outcome(run, person) == ("failed", "unknown")


def test_a_stop_waits_for_the_mark_and_then_holds(north: Any, compliance_reviewer: Any) -> None:
    tray = Tray()
    people = [make_customer(branch=north, consents=["sms"]) for _ in range(2)]
    run = open_run(branch=north, people=people, accounts=[make_account(branch=north, tray=tray)])

    def stop() -> None:
        compliance.stop_subject(subject=run.subject, reason="错误", by=compliance_reviewer, now=NOW)

    with transaction.atomic():
        mark_batch(run_id=run.pk, channel="sms", worker=uuid4(), size=1, now=NOW)
        waiting = waiting_for_a_lock(stop)
        waiting.__enter__()
    waiting.__exit__(None, None, None)
    send_all(run)
    run.refresh_from_db()
    assert (run.state, run.paused_because) == ("paused", "compliance.stopped")
    assert Recipient.objects.filter(run=run, state="queued").count() == 1


def test_suppressing_and_sending_at_once_never_deadlock(north: Any) -> None:
    tray = Tray()
    people = [make_customer(branch=north, consents=["sms"]) for _ in range(40)]
    run = open_run(branch=north, people=people, accounts=[make_account(branch=north, tray=tray)])

    def unsubscribe(some: list[Any]) -> None:
        for person in some:
            recipient = Recipient.objects.get(run=run, customer_id=person.pk)
            actions.unsubscribe(token=queries.make_link(recipient.pk), now=NOW)

    together(
        lambda: send_all(run, 5),
        lambda: send_all(run, 5),
        lambda: unsubscribe(people[::2]),
        lambda: unsubscribe(list(reversed(people))[::3]),
    )
    assert queries.run_progress(run.pk).open == 0


def test_two_openings_of_one_order_make_one_run(north: Any) -> None:
    from tests.makers.delivery import make_order

    person = make_customer(branch=north, consents=["sms"])
    order = make_order(branch=north, people=[person])
    together(*[lambda: actions.open_run(order=order, by=None, now=NOW)] * 3)
    run = Run.objects.get()
    together(*[lambda: actions.gate_run(run_id=run.pk, now=NOW)] * 3)
    assert Recipient.objects.count() == 1


def test_pausing_is_not_starved_by_senders_who_never_leave_a_gap(north: Any) -> None:
    """Senders share the run's row one after the other; who wants to pause comes next in the queue all the same."""
    tray = Tray()
    people = [make_customer(branch=north, consents=["sms"]) for _ in range(120)]
    run = open_run(branch=north, people=people, accounts=[make_account(branch=north, tray=tray)])
    began = threading.Event()

    def send() -> None:
        while actions.send_batch(run_id=run.pk, channel="sms", now=NOW, size=2).next != "none":
            began.set()

    def pause() -> None:
        began.wait(20)
        actions.pause_run(run_id=run.pk, by=None, now=NOW)

    together(*[send] * 4, pause)
    run.refresh_from_db()
    assert run.state == "paused" and 0 < len(tray.messages) < 120


def test_a_pause_queues_behind_one_sender_and_before_the_next(north: Any) -> None:
    from huiqun.delivery.actions import run_locks

    person = make_customer(branch=north, consents=["sms"])
    run = open_run(branch=north, people=[person], accounts=[make_account(branch=north)])
    order: list[str] = []

    def pause() -> None:
        actions.pause_run(run_id=run.pk, by=None, now=NOW)
        order.append("paused")

    with transaction.atomic():
        run_locks.share(run.pk)
        waiting = waiting_for_a_lock(pause)
        waiting.__enter__()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = %s",
                [run_locks.RUNS],
            )
            assert cursor.fetchone()[0] == 1
    waiting.__exit__(None, None, None)
    assert order == ["paused"]
