"""Lists brought in by file: tried first, taken in once; lifted with a reason, a complaint's by two."""

import hashlib
import io
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from huiqun.delivery import actions
from huiqun.delivery.models import Suppression, SuppressionLift, SuppressionLine, SuppressionList
from huiqun.delivery.rules import refusals
from huiqun.delivery.rules.suppression_files import read_list
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.conftest import make_staff
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, make_lift, make_list, make_suppression, open_run, outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def effects(list_id: int) -> dict[int, str]:
    return dict(SuppressionLine.objects.filter(of_list_id=list_id).values_list("line", "effect"))


@pytest.fixture
def desk(head_office: Any) -> Any:
    return make_staff("desk", head_office, "service_desk")


@pytest.fixture
def second(head_office: Any) -> Any:
    return make_staff("second", head_office, "risk_officer")


class TestReading:
    def test_reads_what_banks_deliver(self) -> None:
        text = "客户号,渠道,原因,到期日\nC1,短信,投诉,\nC2,,,2027/01/31\nC3,火星,,\n,,,\n"
        for encoding in ("utf-8-sig", "gb18030"):
            lines = list(read_list(text.encode(encoding), name="a.csv"))
            assert [(line.number, line.given, line.channel, line.reason) for line in lines[:2]] == [
                (2, "C1", "sms", "complained"),
                (3, "C2", "", "manual"),
            ]
            assert lines[1].until_at == datetime(2027, 1, 31, 16, tzinfo=UTC)
            assert lines[2].problem == "The channel is not known"
            assert len(lines) == 3

    def test_reads_a_workbook(self) -> None:
        from openpyxl import Workbook

        book = Workbook()
        book.active.append(["客户号", "手机号SHA256", "原因"])
        book.active.append(["C1", None, "争议"])
        book.active.append([None, sha("13900000001"), None])
        file = io.BytesIO()
        book.save(file)
        lines = list(read_list(file.getvalue(), name="a.xlsx"))
        assert [(line.given_as, line.reason) for line in lines] == [
            ("number", "dispute"),
            ("phone_hash", "manual"),
        ]

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"", "a.csv"),
            ("姓名\n王\n".encode(), "a.csv"),
            (b"PK\x03\x04 broken", "a.xlsx"),
            (b"\xff\xff\x81", "a.csv"),
        ],
    )
    def test_refuses_what_is_no_list(self, content: bytes, name: str) -> None:
        with pytest.raises(refusals.ListUnreadable):
            list(read_list(content, name=name))

    def test_a_line_names_one_customer_in_one_way(self) -> None:
        text = f"客户号,手机号SHA256\nC1,{sha('1')}\n,abc\n"
        assert [bool(line.problem) for line in read_list(text.encode(), name="a.csv")] == [True, True]


class TestTrying:
    def test_blocks_nobody_and_says_what_each_line_would_do(self, north: Any, desk: Any) -> None:
        new, known = make_customer(branch=north), make_customer(branch=north)
        Suppression.objects.create(customer_id=known.pk, reason="asked", since_at=NOW)
        content = f"客户号\n{new.number}\n{known.number}\nNOBODY\n"
        list_id = actions.bring_list(content=content.encode(), file_name="a.csv", by=desk, now=NOW)
        jobs.run_pending()
        assert effects(list_id) == {2: "new", 3: "same", 4: "unknown"}
        assert Suppression.objects.count() == 1
        assert SuppressionList.objects.get().tally == {"new": 1, "same": 1, "unknown": 1}

    def test_finds_people_by_the_hash_of_phone_or_mail(self, north: Any, desk: Any) -> None:
        one = make_customer(branch=north, phone="13911112222")
        two = make_customer(branch=north, phone="13911112222")
        mail = make_customer(branch=north, email="Li@Example.com")
        content = (
            f"手机号SHA256,邮箱SHA256\n{sha('13911112222').upper()},\n,{sha('li@example.com')}\n{sha('x')},\n"
        )
        list_id = make_list(branch=north, content=content, by=desk)
        found = SuppressionLine.objects.filter(of_list_id=list_id, effect="new")
        assert set(found.values_list("customer_id", flat=True)) == {one.pk, two.pk, mail.pk}
        actions.apply_list(list_id=list_id, by=desk, now=NOW)
        assert Suppression.objects.count() == 3

    def test_customers_of_another_branch_are_unknown(self, north: Any, south: Any) -> None:
        elsewhere = make_customer(branch=south)
        list_id = make_list(branch=north, content=f"客户号\n{elsewhere.number}\n")
        assert effects(list_id) == {2: "unknown"}


class TestTakingIn:
    def test_blocks_and_drops_what_waits(self, north: Any, desk: Any) -> None:
        person, other = (make_customer(branch=north, consents=["sms"]) for _ in range(2))
        run = open_run(branch=north, people=[person, other])
        list_id = make_list(branch=north, content=f"客户号,原因\n{person.number},争议\n", by=desk)
        actions.apply_list(list_id=list_id, by=desk, now=NOW)
        assert outcome(run, person) == ("dropped", "suppressed")
        assert outcome(run, other) == ("queued", "")
        fact = Fact.objects.get(kind="delivery.SuppressionListApplied")
        assert fact.body["dropped"] == 1 and len(fact.body["root"]) == 64

    def test_twice_the_same_file_changes_nothing(self, north: Any, desk: Any) -> None:
        person = make_customer(branch=north)
        content = f"客户号,到期日\n{person.number},2027-01-31\n"
        first = make_list(branch=north, content=content, by=desk)
        second = make_list(branch=north, content=content, by=desk)
        actions.apply_list(list_id=first, by=desk, now=NOW)
        before = Suppression.objects.values().get()
        actions.apply_list(list_id=second, by=desk, now=NOW + timedelta(hours=1))
        assert Suppression.objects.values().get() == before
        assert SuppressionList.objects.get(pk=second).tally == {"same": 1}
        with pytest.raises(refusals.ListNotWaiting):
            actions.apply_list(list_id=first, by=desk, now=NOW)

    def test_a_shorter_block_never_replaces_a_longer_one(self, north: Any, desk: Any) -> None:
        person = make_customer(branch=north)
        for day, wanted in (("2027-01-31", "2027-02-01"), ("2026-12-31", "2027-02-01"), ("", None)):
            list_id = make_list(branch=north, content=f"客户号,到期日\n{person.number},{day}\n", by=desk)
            actions.apply_list(list_id=list_id, by=desk, now=NOW)
            until = Suppression.objects.get().until_at
            assert (until and f"{until.astimezone(NOW.tzinfo) + timedelta(hours=8):%Y-%m-%d}") == wanted

    def test_a_complaint_stays_a_complaint(self, north: Any, desk: Any) -> None:
        person = make_customer(branch=north)
        Suppression.objects.create(
            customer_id=person.pk, reason="complained", since_at=NOW, until_at=NOW + timedelta(days=3)
        )
        list_id = make_list(branch=north, content=f"客户号,原因\n{person.number},人工\n", by=desk)
        actions.apply_list(list_id=list_id, by=desk, now=NOW)
        row = Suppression.objects.get()
        assert (row.reason, row.until_at) == ("complained", None)

    def test_what_had_ended_begins_anew(self, north: Any, desk: Any) -> None:
        person = make_customer(branch=north)
        Suppression.objects.create(
            customer_id=person.pk, reason="asked", since_at=NOW - timedelta(days=9), until_at=NOW
        )
        list_id = make_list(branch=north, content=f"客户号\n{person.number}\n", by=desk)
        assert effects(list_id) == {2: "new"}
        actions.apply_list(list_id=list_id, by=desk, now=NOW)
        assert Suppression.objects.get().since_at == NOW

    def test_a_failing_last_step_blocks_nobody(self, north: Any, desk: Any, monkeypatch: Any) -> None:
        person = make_customer(branch=north)
        list_id = make_list(branch=north, content=f"客户号\n{person.number}\n", by=desk)

        def fail(*args: Any, **kwargs: Any) -> None:
            raise OSError("the disk is full")

        monkeypatch.setattr("huiqun.delivery.actions.suppression_lists.facts.record", fail)
        with pytest.raises(OSError):
            actions.apply_list(list_id=list_id, by=desk, now=NOW)
        assert not Suppression.objects.exists()
        assert SuppressionList.objects.get().state == "checked"

    def test_a_discarded_list_leaves_nothing(self, north: Any, desk: Any) -> None:
        list_id = make_list(branch=north, content=f"客户号\n{make_customer(branch=north).number}\n", by=desk)
        actions.discard_list(list_id=list_id, by=desk, now=NOW)
        assert not SuppressionLine.objects.exists()
        with pytest.raises(refusals.ListNotWaiting):
            actions.apply_list(list_id=list_id, by=desk, now=NOW)


class TestLifting:
    def test_asks_for_a_reason(self, north: Any, desk: Any) -> None:
        row = make_suppression(branch=north)
        with pytest.raises(refusals.LiftReasonMissing):
            actions.ask_to_lift(suppression_id=row.pk, reason="  ", by=desk, now=NOW)
        assert actions.ask_to_lift(suppression_id=row.pk, reason="误登记", by=desk, now=NOW) == "lifted"
        assert not Suppression.objects.exists()
        assert Fact.objects.get(kind="delivery.SuppressionLifted").body["reason"] == "误登记"

    def test_a_complaints_block_takes_two(self, north: Any, desk: Any, second: Any) -> None:
        row = make_suppression(branch=north, reason="complained")
        for _ in range(2):
            assert actions.ask_to_lift(suppression_id=row.pk, reason="已和解", by=desk, now=NOW) == "asked"
        lift = SuppressionLift.objects.get()
        with pytest.raises(refusals.LiftBySelf):
            actions.decide_lift(lift_id=lift.pk, agrees=True, by=desk, now=NOW)
        assert Suppression.objects.exists()
        actions.decide_lift(lift_id=lift.pk, agrees=True, by=second, now=NOW)
        assert not Suppression.objects.exists()
        with pytest.raises(refusals.LiftDecided):
            actions.decide_lift(lift_id=lift.pk, agrees=False, by=second, now=NOW)

    def test_no_way_round_the_second_person(self, north: Any, desk: Any) -> None:
        row = make_suppression(branch=north, reason="complained")
        with pytest.raises(refusals.LiftNeedsTwo):
            actions.lift_suppression(customer_id=row.customer_id, reason="x", by=desk, now=NOW)
        assert Suppression.objects.exists()

    def test_a_no_leaves_it(self, north: Any, second: Any) -> None:
        lift = make_lift(branch=north)
        actions.decide_lift(lift_id=lift.pk, agrees=False, by=second, now=NOW)
        assert Suppression.objects.exists()

    def test_nobody_lifts_for_another_branch(self, north: Any, south: Any) -> None:
        stranger = make_staff("far-desk", south, "service_desk")
        row, lift = make_suppression(branch=north), make_lift(branch=north)
        with pytest.raises(NotFound):
            actions.ask_to_lift(suppression_id=row.pk, reason="x", by=stranger, now=NOW)
        with pytest.raises(NotFound):
            actions.decide_lift(lift_id=lift.pk, agrees=True, by=stranger, now=NOW)


class TestPages:
    def test_a_desk_brings_a_list_in_looks_and_takes_it(self, north: Any, desk: Any, client_of: Any) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        person, client = make_customer(branch=north), client_of(desk)
        file = SimpleUploadedFile("名单.csv", f"客户号,原因\n{person.number},投诉\nX,\n".encode())
        answer = client.post("/delivery/suppressions/lists/new/", {"file": file})
        jobs.run_pending()
        page = client.get(answer.url)
        assert page.status_code == 200 and person.number in page.content.decode()
        assert not Suppression.objects.exists()
        client.post(f"{answer.url}apply/")
        assert Suppression.objects.get().reason == "complained"
        found = client.get("/delivery/suppressions/", {"q": person.number, "reason": "complained"})
        assert person.number in found.content.decode()

    def test_an_export_says_what_for_and_can_be_brought_in_again(
        self, north: Any, desk: Any, client_of: Any
    ) -> None:
        until = datetime(2027, 1, 31, 16, tzinfo=UTC)
        row, client = make_suppression(branch=north, until_at=until), client_of(desk)
        assert client.post("/delivery/suppressions/export/", {"purpose": ""}).status_code == 409
        answer = client.post("/delivery/suppressions/export/", {"purpose": "交运营商核对"})
        content = b"".join(answer.streaming_content)
        lines = list(read_list(content, name="a.csv"))
        assert [line.problem for line in lines] == [""] and lines[0].reason == row.reason
        assert lines[0].until_at == until
        assert Fact.objects.get(kind="delivery.SuppressionsExported").body == {
            "count": 1,
            "purpose": "交运营商核对",
        }

    def test_a_stranger_sees_nobody(self, north: Any, south: Any, client_of: Any) -> None:
        row = make_suppression(branch=north)
        stranger = make_staff("far-desk", south, "service_desk")
        page = client_of(stranger).get("/delivery/suppressions/").content.decode()
        assert f"lift-{row.pk}" not in page

    def test_a_marketer_looks_and_changes_nothing(self, north: Any, client_of: Any) -> None:
        row = make_suppression(branch=north)
        client = client_of(make_staff("looker", north, "marketer"))
        assert client.get("/delivery/suppressions/").status_code == 200
        assert client.post(f"/delivery/suppressions/{row.pk}/lift/", {"reason": "x"}).status_code == 403
        assert Suppression.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_lists_at_once_block_each_person_once(north: Any, desk: Any) -> None:
    """Two lists of the same people in opposite order, and each pressed twice: one press of each counts."""
    numbers = [make_customer(branch=north).number for _ in range(30)]
    lists = [
        make_list(branch=north, content="客户号\n" + "\n".join(order) + "\n", by=desk)
        for order in (numbers, numbers[::-1])
    ]
    refused: list[type[BaseException]] = []

    def press(list_id: int) -> None:
        try:
            actions.apply_list(list_id=list_id, by=desk, now=NOW)
        except BaseException as problem:
            refused.append(type(problem))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(list_id,)) for list_id in lists * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == [refusals.ListNotWaiting] * 2
    assert Suppression.objects.count() == 30
    assert Fact.objects.filter(kind="delivery.SuppressionListApplied").count() == 2
