"""Activities: reviewed, signed up for, passed on in order, checked in once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from huiqun.communities import activity_actions as actions
from huiqun.communities.models.activities import Activity, Registration
from huiqun.communities.rules.activities import calendar, make_code, read_code
from huiqun.communities.rules.activity_refusals import (
    ActivityFrozen,
    ActivityIncomplete,
    ActivityNotFound,
    ActivityNotOpen,
    ActivityOwnWork,
    ActivityUnlawful,
    AlreadyThere,
    CodeUnknown,
    ConsentNeeded,
    NotAtTheDoor,
    RegistrationNotFound,
    SeatNotTaken,
    SeatsTaken,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Fact, Notice
from tests.conftest import make_staff
from tests.makers.activities import activity_terms, code_of, make_activity, make_seat, sign_up
from tests.makers.customers import make_customer


def counted(kind: str) -> int:
    return Fact.objects.filter(kind=f"communities.{kind}").count()


def state_of(activity: Activity, customer: Any) -> str:
    return str(Registration.objects.get(activity=activity, customer=customer).state)


@pytest.mark.django_db
class TestPlanning:
    def test_opens_after_somebody_else_has_approved_it(self, north: Any, now: datetime) -> None:
        activity = make_activity(branch=north, is_open=False)
        by = make_staff("author", north, "operator", "compliance_reviewer")
        actions.save_activity(activity_id=activity.pk, terms=activity_terms(), by=by, now=now)
        with pytest.raises(ActivityNotFound):
            sign_up(activity, make_customer(branch=north))
        actions.submit_activity(activity_id=activity.pk, by=by, now=now)
        activity.refresh_from_db()
        seen = activity.digest
        with pytest.raises(ActivityOwnWork):
            actions.decide_activity(activity_id=activity.pk, approve=True, seen=seen, by=by, now=now)
        other = make_staff("other", north, "compliance_reviewer")
        with pytest.raises(ActivityFrozen):
            actions.decide_activity(activity_id=activity.pk, approve=True, seen="x", by=other, now=now)
        actions.decide_activity(activity_id=activity.pk, approve=True, seen=seen, by=other, now=now)
        assert sign_up(activity, make_customer(branch=north)).is_new

    def test_unlawful_words_are_refused_with_their_law(self, north: Any, now: datetime) -> None:
        words = "现场购买理财保本保息，稳赚不赔。"
        with pytest.raises(ActivityUnlawful) as refusal:
            make_activity(branch=north, words=words)
        assert refusal.value.citations

    @pytest.mark.parametrize(
        "over",
        [
            {"title": " "},
            {"place": ""},
            {"capacity": 0},
            {"link": "http://evil.example.com"},
            {"ends_at": activity_terms().starts_at},
            {"sign_up_until": activity_terms().ends_at + timedelta(hours=1)},
        ],
    )
    def test_refuses_what_is_incomplete(self, north: Any, now: datetime, over: Any) -> None:
        with pytest.raises(ActivityIncomplete):
            make_activity(branch=north, **over)
        assert not Activity.objects.exists()

    def test_more_seats_go_to_the_line_and_fewer_than_taken_are_refused(
        self, north: Any, now: datetime
    ) -> None:
        activity, by = make_activity(branch=north, capacity=1), make_staff("op", north, "operator")
        people = [make_customer(branch=north) for _ in range(3)]
        for person in people:
            sign_up(activity, person)
        actions.save_activity(activity_id=activity.pk, terms=activity_terms(capacity=2), by=by, now=now)
        assert [state_of(activity, person) for person in people] == ["taken", "taken", "waiting"]
        with pytest.raises(SeatsTaken):
            actions.save_activity(activity_id=activity.pk, terms=activity_terms(capacity=1), by=by, now=now)

    def test_other_words_need_another_review(self, north: Any, now: datetime) -> None:
        activity, by = make_activity(branch=north), make_staff("op", north, "operator")
        actions.save_activity(activity_id=activity.pk, terms=activity_terms(words="换了"), by=by, now=now)
        with pytest.raises(ActivityNotFound):
            sign_up(activity, make_customer(branch=north))

    def test_reminds_once_a_day_before(self, north: Any, now: datetime) -> None:
        activity = make_activity(branch=north)
        make_seat(activity=activity)
        assert actions.remind_activities(now=now) == 1
        assert actions.remind_activities(now=now) == 0
        assert Notice.objects.get().staff_id == activity.made_by_id
        assert facts.about("activity", activity.pk).first().body["registered"] == 1


@pytest.mark.django_db
class TestSeats:
    def test_the_first_in_line_gets_what_comes_free_once(self, north: Any, now: datetime) -> None:
        activity = make_activity(branch=north, capacity=1)
        one, two, three = (make_customer(branch=north) for _ in range(3))
        assert [sign_up(activity, each).state for each in (one, two, three)] == [
            "taken",
            "waiting",
            "waiting",
        ]
        for _ in range(2):
            actions.cancel_sign_up(activity_id=activity.pk, customer_id=one.pk, now=now)
        assert [state_of(activity, each) for each in (one, two, three)] == ["cancelled", "taken", "waiting"]
        activity.refresh_from_db()
        assert activity.taken == 1 and counted("SeatPassedOn") == 1 and counted("SignUpCancelled") == 1

    def test_whoever_comes_back_stands_at_the_end(self, north: Any, now: datetime) -> None:
        activity = make_activity(branch=north, capacity=1)
        one, two, three = (make_customer(branch=north) for _ in range(3))
        for each in (one, two, three):
            sign_up(activity, each)
        actions.cancel_sign_up(activity_id=activity.pk, customer_id=two.pk, now=now)
        sign_up(activity, two)
        actions.cancel_sign_up(activity_id=activity.pk, customer_id=one.pk, now=now)
        assert [state_of(activity, each) for each in (two, three)] == ["waiting", "taken"]

    def test_a_second_tap_changes_nothing(self, north: Any, now: datetime) -> None:
        activity, customer = make_activity(branch=north), make_customer(branch=north)
        first, second = sign_up(activity, customer), sign_up(activity, customer)
        assert first.is_new and not second.is_new
        activity.refresh_from_db()
        assert activity.taken == 1 and counted("ActivitySignedUp") == 1

    def test_refuses_without_consent_too_late_and_of_another_branch(
        self, north: Any, south: Any, now: datetime
    ) -> None:
        activity, customer = make_activity(branch=north), make_customer(branch=north)
        with pytest.raises(ConsentNeeded):
            sign_up(activity, customer, agreed=False)
        with pytest.raises(ActivityNotOpen):
            sign_up(activity, customer, now=activity.sign_up_until)
        with pytest.raises(ActivityNotFound):
            sign_up(activity, make_customer(branch=south))
        with pytest.raises(RegistrationNotFound):
            actions.cancel_sign_up(activity_id=activity.pk, customer_id=customer.pk, now=now)
        activity.refresh_from_db()
        assert activity.taken == 0 and not Registration.objects.exists()

    def test_is_all_or_nothing(self, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        activity, customer = make_activity(branch=north), make_customer(branch=north)

        def breaks(*_args: Any, **_kwargs: Any) -> None:
            raise RuntimeError("the last step fails")

        monkeypatch.setattr(facts, "record", breaks)
        with pytest.raises(RuntimeError):
            sign_up(activity, customer)
        activity.refresh_from_db()
        assert activity.taken == 0 and not Registration.objects.exists()

    def test_consent_to_pictures_is_given_and_taken_back(self, north: Any, now: datetime) -> None:
        row = make_seat(activity=make_activity(branch=north))
        for given in (True, True, False):
            actions.change_portrait_consent(
                activity_id=row.activity_id, customer_id=row.customer_id, given=given, now=now
            )
        row.refresh_from_db()
        assert (row.portrait, row.portrait_at) == (False, None) and counted("PortraitConsentChanged") == 2


@pytest.mark.django_db
class TestDoor:
    def test_lets_in_once_however_often_it_is_scanned(self, north: Any, now: datetime) -> None:
        activity, by = make_activity(branch=north), make_staff("d", north, "operator")
        row = make_seat(activity=activity)
        earlier = now - timedelta(minutes=30)
        scans = [actions.Scan(code=code_of(row), at=earlier), actions.Scan(code="HQ1.2.abc", at=now)]
        first, wrong = actions.check_in_many(activity_id=activity.pk, scans=scans, by=by, now=now)
        assert first.is_new and first.refusal is None and isinstance(wrong.refusal, CodeUnknown)
        assert not actions.check_in(activity_id=activity.pk, code=code_of(row), by=by, now=now)
        row.refresh_from_db()
        assert (row.state, row.came_at, row.checked_by_id) == ("attended", earlier, by.pk)
        assert counted("ActivityAttended") == 1
        with pytest.raises(AlreadyThere):
            actions.cancel_sign_up(activity_id=activity.pk, customer_id=row.customer_id, now=now)

    def test_refuses_who_has_no_seat_another_activity_and_another_day(
        self, north: Any, now: datetime
    ) -> None:
        activity, by = make_activity(branch=north, capacity=1), make_staff("d", north, "operator")
        seated, waiting = make_seat(activity=activity), make_seat(activity=activity)
        other = make_seat(activity=make_activity(branch=north))
        given = {"activity_id": activity.pk, "by": by}
        with pytest.raises(SeatNotTaken):
            actions.check_in(**given, code=code_of(waiting), now=now)
        with pytest.raises(CodeUnknown):
            actions.check_in(**given, code=code_of(other), now=now)
        for late in (activity.starts_at - timedelta(hours=13), activity.ends_at + timedelta(days=3)):
            with pytest.raises(NotAtTheDoor):
                actions.check_in(**given, code=code_of(seated), now=late)

    def test_another_branch_has_no_door_here(self, north: Any, south: Any, now: datetime) -> None:
        row = make_seat(activity=make_activity(branch=north))
        with pytest.raises(ActivityNotFound):
            actions.check_in(
                activity_id=row.activity_id, code=code_of(row), by=make_staff("d", south, "operator"), now=now
            )

    def test_a_telephone_tells_later_what_it_has_kept(
        self, north: Any, client_of: Any, now: datetime
    ) -> None:
        activity = make_activity(branch=north)
        row = make_seat(activity=activity)
        client = client_of(make_staff("d", north, "operator"))
        at = int((now - timedelta(hours=1)).timestamp() * 1000)
        scans = json.dumps([{"code": code_of(row), "at": at}, {"code": "x", "at": "later"}, 7])
        for _ in range(2):
            told = client.post(f"/activities/{activity.pk}/door/scans/", {"scans": scans}).json()
            assert [each["ok"] for each in told["answers"]] == [True, False]
        row.refresh_from_db()
        assert row.came_at == now - timedelta(hours=1) and counted("ActivityAttended") == 1

    def test_codes_cannot_be_made_up(self) -> None:
        code = make_code(activity_id=5, registration_id=7, key="k")
        assert read_code(code, activity_id=5, key="k") == 7
        for wrong in (
            code.replace("5.7", "5.8"),
            make_code(activity_id=5, registration_id=7, key="x"),
            "",
            "HQ5.7",
        ):
            with pytest.raises(CodeUnknown):
                read_code(wrong, activity_id=5, key="k")
        with pytest.raises(CodeUnknown):
            read_code(code, activity_id=6, key="k")


@pytest.mark.django_db(transaction=True)
class TestCrowd:
    def crowd(self, jobs: list[Any]) -> list[Any]:
        start = Barrier(len(jobs))

        def run(job: Any) -> Any:
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                return job()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(run, jobs))

    def test_sixty_four_on_the_last_seat(self, north: Any, now: datetime) -> None:
        activity = make_activity(branch=north, capacity=1)
        people = [make_customer(branch=north) for _ in range(64)]
        answers = self.crowd([lambda each=each: sign_up(activity, each) for each in people])
        assert [answer.state for answer in answers].count("taken") == 1
        lines = list(Registration.objects.order_by("in_line").values_list("in_line", flat=True))
        assert lines == list(range(1, 65)), "each has a place of their own in line"
        activity.refresh_from_db()
        assert activity.taken == 1

    def test_cancelling_and_signing_up_at_once_lose_no_seat(self, north: Any, now: datetime) -> None:
        activity = make_activity(branch=north, capacity=8)
        seated = [make_customer(branch=north) for _ in range(8)]
        for each in seated:
            sign_up(activity, each)
        fresh = [make_customer(branch=north) for _ in range(12)]
        leave = [
            lambda each=each: actions.cancel_sign_up(activity_id=activity.pk, customer_id=each.pk, now=now)
            for each in seated
        ]
        self.crowd([*leave, *(lambda each=each: sign_up(activity, each) for each in fresh)])
        activity.refresh_from_db()
        taken = Registration.objects.filter(state="taken").count()
        assert (activity.taken, taken, Registration.objects.filter(state="waiting").count()) == (8, 8, 4)


@pytest.mark.django_db
def test_a_customer_signs_up_on_the_phone(north: Any, phone_of: Any, now: datetime) -> None:
    activity, client = make_activity(branch=north), phone_of(make_customer(branch=north))
    page = f"/my/activities/{activity.pk}/"
    assert "家庭资产配置沙龙" in client.get("/my/activities/").content.decode()
    assert client.post(f"{page}sign-up/", {}).status_code == 422
    assert client.get(f"{page}code.svg").status_code == 404
    client.post(f"{page}sign-up/", {"agreed": "yes"})
    assert client.get(f"{page}code.svg")["Content-Type"] == "image/svg+xml"
    assert "家庭资产配置沙龙" in client.get("/my/").content.decode()
    client.post(f"{page}cancel/")
    assert Registration.objects.get().state == "cancelled"


def test_the_calendar_file_is_folded_and_escaped() -> None:
    terms = activity_terms()
    text = calendar(
        number=5,
        title="沙龙,名额有限;请早到" * 6,
        place="西溪支行\n二楼",
        link="",
        starts_at=terms.starts_at,
        ends_at=terms.ends_at,
        now=terms.starts_at,
    )
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "DTSTART:20261120T120000Z" in lines and "LOCATION:西溪支行\\n二楼" in lines
    assert "沙龙\\,名额有限\\;请早到" in text.replace("\r\n ", "")
