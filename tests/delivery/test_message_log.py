"""The per-person log: one question to months in the database and months in the lake, nothing lost on the way."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from huiqun.compliance import queries as compliance
from huiqun.delivery import actions, queries
from huiqun.delivery.actions import archiving
from huiqun.delivery.actions.parts import parts
from huiqun.delivery.models import Recipient, Run, Touch, TouchMonth
from huiqun.delivery.models.touch_parts import OTHER, next_month
from huiqun.delivery.queries import archived_touches, ledger
from huiqun.delivery.queries.message_log import LogQuery, message_log
from huiqun.delivery.rules.refusals import LogMonthMissing
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, drain, open_run

OLD = datetime(2024, 3, 20, 2, 0, tzinfo=UTC)
MARCH = date(2024, 3, 1)
LONG_AGO = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def lake_folder(tmp_path: Path, settings: Any) -> Path:
    settings.HUIQUN_LAKE = str(tmp_path / "lake")
    return tmp_path / "lake"


def old_run(branch: Any, people: list[Any]) -> Run:
    """A finished run of March 2024, whose touches were recorded then."""
    run: Run = open_run(branch=branch, people=people)
    Run.objects.filter(pk=run.pk).update(opened_at=OLD)
    run.refresh_from_db()
    drain(run)
    shift("UPDATE delivery_touch SET at = at - (%s - %s) WHERE run_id = %s", NOW, OLD, run.pk)
    return Run.objects.get(pk=run.pk)


def shift(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)


def seal() -> None:
    for _ in range(600):
        if Touch.objects.settled().count() == Touch.objects.count():
            actions.seal_touches(now=NOW)
            return
        time.sleep(0.05)
    pytest.fail("it did not settle")


def people_of(branch: Any, count: int = 3) -> list[Any]:
    return [make_customer(branch=branch, consents=["sms"]) for _ in range(count)]


def lines_of(customer: Any, **asked: Any) -> list[tuple[Any, ...]]:
    found = message_log(LogQuery(customer_ids=(customer.pk,), **asked)).lines
    return [told(line) for line in found]


def told(line: Any) -> tuple[Any, ...]:
    return (
        line.id,
        line.at,
        line.kind,
        line.subject,
        line.channel,
        line.variant_key,
        line.digest,
        line.branch_id,
    )


def problems() -> list[Any]:
    return [each for each in compliance.verify() if each.code.startswith("ledger")]


class TestParts:
    def test_touches_lie_in_the_part_of_their_runs_month(self, north: Any, now: Any) -> None:
        run = open_run(branch=north, people=people_of(north))
        drain(run)
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM delivery_touch")
            assert cursor.fetchall() == [("delivery_touch_2026_11",)]

    def test_the_first_of_a_kind_counts_in_whatever_month_it_comes_again(self, north: Any, now: Any) -> None:
        run = open_run(branch=north, people=people_of(north, 1))
        drain(run)
        recipient = Recipient.objects.get(run=run)
        moments = (NOW, NOW + timedelta(days=60))
        assert [actions.record_touch(recipient_id=recipient.pk, kind="clicked", at=at) for at in moments] == [
            True,
            False,
        ]

    def test_rows_without_a_part_get_one_and_stay_append_only(self, north: Any, now: Any) -> None:
        run = open_run(branch=north, people=people_of(north, 1))
        Run.objects.filter(pk=run.pk).update(opened_at=OLD)
        drain(run)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {OTHER}")
            assert cursor.fetchone() == (1,)
            assert MARCH in actions.make_parts(now=NOW) and actions.make_parts(now=NOW) == []
            cursor.execute("SELECT count(*) FROM delivery_touch_2024_03")
            assert cursor.fetchone() == (1,)
        for table in ("delivery_touch_2024_03", OTHER):
            with pytest.raises(Exception, match="append-only"), transaction.atomic():
                connection.cursor().execute(f"TRUNCATE {table}")
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            connection.cursor().execute("DELETE FROM delivery_touch_2024_03")

    def test_rows_that_were_there_before_the_parts_move_as_they_are(self, north: Any, now: Any) -> None:
        migration = import_module("huiqun.delivery.migrations.0025_touches_by_month")
        editor = SimpleNamespace(connection=connection)
        run = open_run(branch=north, people=people_of(north))
        drain(run)
        Run.objects.filter(pk=run.pk).update(opened_at=OLD)
        columns = ("id", "xid", "recipient_id", "run_id", "customer_id", "kind", "at", "source")
        before = list(Touch.objects.order_by("id").values_list(*columns))
        migration.join(None, editor)
        migration.divide(None, editor)
        assert list(Touch.objects.order_by("id").values_list(*columns)) == before and len(before) == 3
        assert set(Touch.objects.values_list("month", flat=True)) == {MARCH}
        assert MARCH in parts() and date(2026, 12, 1) in parts()
        actions.record_touch(recipient_id=before[0][2], kind="clicked", at=NOW)
        assert Touch.objects.latest("id").pk > before[-1][0]


@LONG_AGO
class TestArchiving:
    def test_a_month_goes_to_the_lake_and_is_told_the_same(self, north: Any, now: Any) -> None:
        people = people_of(north)
        old = old_run(north, people)
        new = open_run(branch=north, people=people)
        drain(new)
        seal()
        before = lines_of(people[0])
        assert len(before) == 2 and archive() == [MARCH]
        assert lines_of(people[0]) == before
        assert [line.is_archived for line in page(people[0])] == [False, True]
        assert not Touch.objects.filter(run_id=old.pk).exists()
        month = TouchMonth.objects.get()
        fact = Fact.objects.get(kind="delivery.TouchMonthArchived")
        assert (month.rows, fact.body["rows"], fact.body["root"]) == (3, 3, month.root)
        assert archive() == []

    def test_evidence_is_verified_across_both(self, north: Any, now: Any) -> None:
        old = old_run(north, people_of(north))
        new = open_run(branch=north, people=people_of(north))
        drain(new)
        seal()
        rows = list(ledger.TOUCHES.rows_of(old.subject))  # type: ignore[misc]
        archive()
        assert problems() == []
        assert list(ledger.TOUCHES.rows_of(old.subject)) == rows  # type: ignore[misc]
        assert len(rows) == 3

    def test_what_followed_is_shown_and_counted_for_archived_runs(self, north: Any, now: Any) -> None:
        people = people_of(north)
        old = old_run(north, people)
        recipient = Recipient.objects.get(run=old, customer_id=people[0].pk)
        actions.record_touch(recipient_id=recipient.pk, kind="clicked", at=OLD)
        seal()
        shown, counted = queries.touches_of(people[0].pk), queries.outcomes(old.pk)
        archive()
        assert queries.touches_of(people[0].pk) == shown
        assert queries.outcomes(old.pk) == counted and counted["clicked"].to_pylist().count(True) == 1

    def test_waits_for_the_seal_for_the_run_and_for_its_age(
        self, north: Any, now: Any, settings: Any
    ) -> None:
        old = old_run(north, people_of(north))
        assert archive() == []
        seal()
        Run.objects.filter(pk=old.pk).update(state="paused")
        assert archive() == []
        Run.objects.filter(pk=old.pk).update(state="finished")
        settings.HUIQUN_KEEP_DAYS = settings.HUIQUN_KEEP_DAYS | {"touches": 4_000}
        assert archive() == [] and Touch.objects.count() == 3

    @pytest.mark.parametrize("step", ["_write", "_compared", "_settle", "_drop"])
    def test_killed_in_between_nothing_is_lost_and_the_next_night_ends_the_same(
        self, step: str, north: Any, now: Any, monkeypatch: Any
    ) -> None:
        people = people_of(north)
        old_run(north, people)
        seal()
        before = lines_of(people[0])
        real = getattr(archiving, step)

        def die(*given: Any, **named: Any) -> None:
            if step == "_drop":
                monkeypatch.setattr(
                    archiving.facts, "record", lambda *a, **k: (_ for _ in ()).throw(Killed())
                )
            real(*given, **named)
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(archiving, step, die)
            with pytest.raises(Killed):
                archive()
        monkeypatch.undo()
        assert lines_of(people[0]) == before
        assert (Touch.objects.count(), TouchMonth.objects.count()) == (3, 0)
        assert archive() == [MARCH] and lines_of(people[0]) == before and problems() == []

    def test_two_at_once_archive_a_month_once(self, north: Any, now: Any, in_threads: Any) -> None:
        people = people_of(north)
        old_run(north, people)
        seal()
        done = in_threads([archive, archive])
        assert sorted(done) == [[], [MARCH]]
        assert lines_of(people[0]) and TouchMonth.objects.count() == 1 and problems() == []

    def test_a_touch_that_comes_meanwhile_keeps_the_month_here(
        self, north: Any, now: Any, monkeypatch: Any
    ) -> None:
        people = people_of(north)
        old = old_run(north, people)
        seal()
        recipient = Recipient.objects.filter(run=old).first()
        real = archiving._compared

        def meanwhile(*given: Any, **named: Any) -> str:
            top = real(*given, **named)
            actions.record_touch(recipient_id=recipient.pk, kind="clicked", at=NOW)
            return top

        monkeypatch.setattr(archiving, "_compared", meanwhile)
        assert archive() == [] and Touch.objects.count() == 4 and not TouchMonth.objects.exists()

    def test_a_link_opened_after_the_month_has_gone_is_still_recorded(self, north: Any, now: Any) -> None:
        people = people_of(north)
        old = old_run(north, people)
        seal()
        archive()
        recipient = Recipient.objects.get(run=old, customer_id=people[0].pk)
        actions.record_touch(recipient_id=recipient.pk, kind="clicked", at=NOW)
        assert [line.kind for line in page(people[0])] == ["clicked", "sent"]
        assert MARCH not in actions.make_parts(now=NOW)
        seal()
        assert problems() == []

    def test_a_file_that_was_changed_or_is_gone_is_told(self, north: Any, now: Any) -> None:
        people = people_of(north)
        old_run(north, people)
        seal()
        archive()
        assert actions.check_archived(now=NOW) == []
        path = archived_touches.folder() / TouchMonth.objects.get().file_name
        content = path.read_bytes()
        path.write_bytes(content[:-1] + b"x")
        assert actions.check_archived(now=NOW) == [MARCH]
        path.unlink()
        with pytest.raises(LogMonthMissing, match="2024-03"):
            message_log(LogQuery(customer_ids=(people[0].pk,)))
        assert Fact.objects.filter(kind="delivery.TouchMonthDamaged").count() == 1
        path.write_bytes(content)
        assert len(page(people[0])) == 1

    def test_an_archived_month_goes_when_its_time_has_passed(
        self, north: Any, now: Any, settings: Any
    ) -> None:
        people = people_of(north)
        old_run(north, people)
        seal()
        archive()
        assert actions.delete_archived(now=NOW) == []
        settings.HUIQUN_KEEP_DAYS = settings.HUIQUN_KEEP_DAYS | {"archived_touches": 500}
        assert actions.delete_archived(now=NOW) == [MARCH] and actions.delete_archived(now=NOW) == []
        assert not list(archived_touches.folder().iterdir()) and page(people[0]) == ()
        assert Fact.objects.get(kind="delivery.TouchMonthDeleted").body["rows"] == 3
        assert problems() == []

    def test_the_nightly_comparison_with_the_lake_counts_archived_rows(self, north: Any, now: Any) -> None:
        from huiqun.foundation import reconciling

        old_run(north, people_of(north))
        seal()
        assert reconciling.reconcile(now=NOW) == ()
        archive()
        assert reconciling.reconcile(now=NOW) == ()
        assert not Fact.objects.filter(kind="foundation.LakeDiffered").exists()

    def test_an_erased_customers_rows_stay_as_proof_under_a_number_that_leads_to_nobody(
        self, north: Any, now: Any
    ) -> None:
        from huiqun.customers.models import Customer
        from huiqun.foundation import erasure, lake

        people = people_of(north)
        old_run(north, people)
        seal()
        archive()
        with transaction.atomic():
            told = {each.model: each for each in erasure.erase(Customer, [people[0].pk])}
        lake.erase([people[0].pk], now=NOW)
        assert told["delivery.Recipient"].how == "keep"
        assert len(page(people[0])) == 1 and problems() == []
        assert archived_touches.rows_by_day([people[0].pk]) == {"2024-03-20": 2}


@LONG_AGO
class TestAsking:
    def test_pages_go_through_both_without_a_gap_or_a_repetition(self, north: Any, now: Any) -> None:
        (person,) = people_of(north, 1)
        for _ in range(3):
            old_run(north, [person])
        for _ in range(3):
            drain(open_run(branch=north, people=[person]))
        everything = [told(line) for line in page(person)]
        seal()
        archive()
        found, after = [], None
        while True:
            part = message_log(LogQuery(customer_ids=(person.pk,)), after=after, size=2)
            found += [told(line) for line in part.lines]
            after = part.after
            if after is None:
                break
        assert found == everything and len(found) == 6

    @pytest.mark.parametrize("is_archived", [False, True])
    def test_filters_mean_the_same_in_both(self, is_archived: bool, north: Any, south: Any, now: Any) -> None:
        people = people_of(north)
        run = old_run(north, people)
        seal()
        if is_archived:
            archive()
        day = date(2024, 3, 20)

        def count(**asked: Any) -> int:
            return len(message_log(LogQuery(**asked)).lines)

        assert count(subject=run.subject, branch_ids=(north.pk,)) == 3
        assert count(subject=run.subject, branch_ids=(south.pk,)) == 0
        assert count(subject="campaign:999999") == 0
        person = (people[0].pk,)
        assert count(customer_ids=person, first=day, last=day) == 1
        assert count(customer_ids=person, last=day - timedelta(days=1)) == 0
        assert count(customer_ids=person, first=day + timedelta(days=1)) == 0
        assert (count(customer_ids=person, channel="sms"), count(customer_ids=person, channel="email")) == (
            1,
            0,
        )
        assert (count(customer_ids=person, kind="sent"), count(customer_ids=person, kind="clicked")) == (1, 0)
        assert count(customer_ids=person, subject=run.subject) == 1


class Killed(BaseException):
    pass


def archive() -> list[date]:
    return actions.archive_touches(now=NOW)


def page(customer: Any) -> tuple[Any, ...]:
    return message_log(LogQuery(customer_ids=(customer.pk,))).lines


@pytest.fixture
def in_threads() -> Callable[[list[Callable[[], Any]]], list[Any]]:
    from concurrent.futures import ThreadPoolExecutor

    def run(jobs: list[Callable[[], Any]]) -> list[Any]:
        def one(job: Callable[[], Any]) -> Any:
            try:
                return job()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(one, jobs))

    return run


def test_months_follow_each_other() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1) and next_month(MARCH) == date(2024, 4, 1)
