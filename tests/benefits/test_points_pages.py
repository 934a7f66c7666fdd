"""The ledger's, the rules' and the pledges' pages, for staff, for customers and for everybody."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from huiqun.benefits import actions
from huiqun.benefits.models import EarningRule, Pledge, PledgeTransfer, PointsAdjustment, PointsLot
from tests.benefits.test_points import DECEMBER, JUNE
from tests.makers.audiences import make_lake, profile
from tests.makers.benefits import make_movement, make_pledge
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


class TestLedger:
    def test_finds_a_customers_movements_with_the_balance(
        self, north: Any, marketer: Any, client_of: Any, now: datetime
    ) -> None:
        person = make_customer(branch=north)
        make_movement(branch=north, points=77)
        actions.give_points(
            customer_id=person.pk, points=30, source="claim:9", now=now, expires_on=DECEMBER, title="迎新积分"
        )
        actions.give_points(customer_id=person.pk, points=1_200, source="x", now=now)
        text = client_of(marketer).get("/benefits/points/", {"number": person.number}).content.decode()
        assert "1,230" in text and "迎新积分" in text and "+77" not in text
        text = client_of(marketer).get("/benefits/points/", {"source": "claim:9"}).content.decode()
        assert "迎新积分" in text and "+1,200" not in text
        assert (
            "没有符合条件的流水"
            in client_of(marketer).get("/benefits/points/", {"number": "X"}).content.decode()
        )
        assert client_of(marketer).get("/benefits/points/", {"from": "2026-02-31"}).status_code == 200

    def test_shows_both_sides_of_a_movement(
        self, north: Any, marketer: Any, client_of: Any, now: datetime
    ) -> None:
        person = make_customer(branch=north)
        actions.give_points(customer_id=person.pk, points=50, source="a", now=now, expires_on=JUNE)
        spent = actions.spend_points(customer_id=person.pk, points=20, source="s", on="ticket", now=now)
        actions.refund_points(of="s", source="r", points=5, now=now)
        text = client_of(marketer).get(f"/benefits/points/movements/{spent.movement_id}/").content.decode()
        assert "客户积分(2027-06-30 到期)" in text and "-20" in text and "+20" in text and "+5" in text

    def test_the_report_adds_up_and_leaves_as_a_file(
        self, north: Any, analyst: Any, client_of: Any, now: datetime
    ) -> None:
        person, before = make_customer(branch=north), now - timedelta(days=40)
        actions.give_points(
            customer_id=person.pk, points=500, source="a", now=before, expires_on=date(2026, 10, 31)
        )
        actions.spend_points(customer_id=person.pk, points=100, source="s", on="gift", now=before)
        actions.expire_points(clock=lambda: now)
        actions.give_points(customer_id=person.pk, points=60, source="b", now=now)
        actions.close_points_days(now=now)
        client = client_of(analyst)
        assert client.get("/benefits/points/report/").status_code == 200
        book = load_workbook(io.BytesIO(client.get("/benefits/points/report/export/").content))
        rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
        assert rows[0][:9] == ("2026-10", 0, 0, 500, -100, 0, 0, 0, 400)
        assert rows[1][:11] == ("2026-11", 400, 0, 60, 0, 0, -400, 0, 60, 1, 0.12)
        csv = client.get("/benefits/points/report/export/", {"form": "csv"}).content.decode()
        assert csv.startswith("\ufeff") and "2026-11,400,0,60" in csv

    def test_proofs_are_told(self, analyst: Any, client_of: Any, now: datetime) -> None:
        actions.check_ledger(now=now)
        assert "账平" in client_of(analyst).get("/benefits/points/checks/").content.decode()


class TestAdjustments:
    def test_asked_for_by_one_and_booked_by_another(
        self, north: Any, service_desk: Any, business_reviewer: Any, client_of: Any, now: datetime
    ) -> None:
        person, address = make_customer(branch=north), "/benefits/points/adjustments/"
        form = {"number": person.number, "points": "25", "reason": "系统漏记积分", "expires_on": ""}
        assert client_of(service_desk).post(f"{address}new/", form).status_code == 302
        wrong = client_of(service_desk).post(f"{address}new/", form | {"number": "nobody"})
        assert wrong.status_code == 422
        asked = PointsAdjustment.objects.get()
        assert client_of(service_desk).post(f"{address}{asked.pk}/book/").status_code == 403
        assert "系统漏记积分" in client_of(business_reviewer).get(address).content.decode()
        assert client_of(business_reviewer).post(f"{address}{asked.pk}/book/").status_code == 302
        assert PointsLot.objects.get().remaining == 25


class TestRules:
    FORM = {
        "name": "周六双倍", "kind": "spending", "codes": "spend, dining", "points": "1", "per": "10", "cap_day": "500",
        "keeps_months": "12", "bonus_percent": "200", "bonus_weekdays": ["6"], "bonus_month_days": "8、18",
        "first_date": "2026-11-20", "last_date": "2026-12-31",
    }  # fmt: skip

    def test_from_the_form_into_force(
        self, marketer: Any, business_reviewer: Any, client_of: Any, now: datetime
    ) -> None:
        form = self.FORM | {"branch": str(marketer.branch_id)}
        writer, approver = client_of(marketer), client_of(business_reviewer)
        assert writer.post("/benefits/points/rules/new/", form).status_code == 302
        rule = EarningRule.objects.get()
        assert (rule.per, rule.codes, rule.bonus_month_days) == (1_000, ["spend", "dining"], [8, 18])
        page = f"/benefits/points/rules/{rule.pk}/"
        assert writer.post(f"{page}edit/", form | {"points": "2"}).status_code == 302
        assert writer.post(f"{page}submit/").status_code == 302
        assert writer.get(f"{page}edit/").status_code == 409
        rule.refresh_from_db()
        assert approver.post(f"{page}approve/", {"digest": rule.frozen_digest}).status_code == 302
        text = approver.get(page).content.decode()
        assert "生效中" in text and "每 10.00 元积 2 分" in text and "星期六" in text
        assert approver.post(f"{page}end/").status_code == 302

    def test_says_at_the_field_what_is_wrong(self, marketer: Any, client_of: Any, now: datetime) -> None:
        form = self.FORM | {"branch": str(marketer.branch_id)}
        for over in (
            {"first_date": "2026-09-01"},
            {"codes": "大写"},
            {"per": "0"},
            {"bonus_month_days": "八"},
        ):
            response = client_of(marketer).post("/benefits/points/rules/new/", form | over)
            assert response.status_code == 422
            assert "field-error" in response.content.decode()
        assert not EarningRule.objects.exists()


class TestPledges:
    def test_from_the_form_to_the_last_fen(
        self, north: Any, marketer: Any, business_reviewer: Any, client_of: Any, client: Any, now: datetime
    ) -> None:
        form = {
            "name": "开户即捐1元", "per": "account", "amount": "1", "cap": "1000", "recipient": "市慈善总会",
            "recipient_code": "5133", "words": "捐给山区学校图书角。", "first_date": "2026-11-01",
            "last_date": "2026-11-19", "branch": str(marketer.branch_id),
        }  # fmt: skip
        writer, approver = client_of(marketer), client_of(business_reviewer)
        assert writer.post("/benefits/pledges/new/", form).status_code == 302
        pledge = Pledge.objects.get()
        page = f"/benefits/pledges/{pledge.pk}/"
        assert client.get(f"{page}tally/").status_code == 404
        writer.post(f"{page}submit/")
        pledge.refresh_from_db()
        assert approver.post(f"{page}open/", {"digest": pledge.frozen_digest}).status_code == 302
        make_lake(
            profiles=[
                profile(1, north, opened_date=date(2026, 11, 3)),
                profile(2, north, opened_date=date(2026, 11, 4)),
            ]
        )
        actions.count_pledges(now=now)
        receipt = SimpleUploadedFile("回单.pdf", b"%PDF-1.7 receipt")
        paid = {"amount": "2.00", "paid_on": "2026-11-19", "reference": "R1", "file": receipt}
        assert writer.post(f"{page}pay/", paid | {"amount": "2.01"}).status_code == 422
        receipt.seek(0)
        assert writer.post(f"{page}pay/", paid).status_code == 302
        transfer = PledgeTransfer.objects.get()
        got = writer.get(f"/benefits/pledges/receipts/{transfer.pk}/")
        assert (got.content, got["Content-Type"]) == (b"%PDF-1.7 receipt", "application/pdf")
        assert approver.post(f"{page}settle/").status_code == 302
        public = client.get(f"{page}tally/").content
        assert "已结清" in public.decode() and transfer.file_digest[:32] in public.decode()
        assert len(public) < 20_000

    def test_a_draft_is_nobodys_business(self, north: Any, client: Any, now: datetime) -> None:
        pledge = make_pledge(branch=north, state="submitted")
        assert client.get(f"/benefits/pledges/{pledge.pk}/tally/").status_code == 404


class TestPhone:
    def test_a_customer_reads_what_there_is_and_where_it_went(
        self, north: Any, phone_of: Any, now: datetime
    ) -> None:
        person, other = make_customer(branch=north), make_customer(branch=north)
        actions.give_points(
            customer_id=person.pk,
            points=300,
            source="a",
            now=now - timedelta(days=30),
            expires_on=DECEMBER,
            title="迎新积分",
        )
        actions.spend_points(
            customer_id=person.pk, points=100, source="s", on="ticket", now=now, title="观影券"
        )
        actions.give_points(customer_id=other.pk, points=999, source="o", now=now)
        phone = phone_of(person)
        text = phone.get("/my/benefits/points/").content.decode()
        assert "200" in text and "2026-12-31" in text and "观影券" in text
        assert "迎新积分" not in text and "999" not in text
        assert "迎新积分" in phone.get("/my/benefits/points/", {"month": "2026-10"}).content.decode()
        for nonsense in ("2026-13", "x", "9999-01", "0000-00"):
            assert phone.get("/my/benefits/points/", {"month": nonsense}).status_code == 200
        assert "我的积分" in phone.get("/my/").content.decode()
