"""The log's page, its words and its export; one person blocked by hand; the proof of a signature."""

import io
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from huiqun.delivery import actions
from huiqun.delivery.models import Recipient, SmsProof, SmsSignature, Suppression
from huiqun.delivery.rules import refusals
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.conftest import make_staff
from tests.makers.customers import make_customer
from tests.makers.delivery import (
    NOW,
    drain,
    make_account,
    make_recipient,
    make_suppression,
    open_run,
    outcome,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def desk(north: Any) -> Any:
    return make_staff("desk", north, "service_desk")


def sent_to(branch: Any, **over: Any) -> tuple[Any, Any]:
    person = make_customer(branch=branch, consents=["sms"], **over)
    run = open_run(branch=branch, people=[person])
    drain(run)
    return person, Recipient.objects.get(run=run)


def page(client: Any, **asked: Any) -> str:
    answer = client.get(reverse("delivery:log_page"), asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestLog:
    def test_finds_a_customer_by_number_and_by_phone(self, north: Any, desk: Any, client_of: Any) -> None:
        person, _ = sent_to(north, phone="13912345678", name="王小明")
        for typed in (person.number, "13912345678"):
            found = page(client_of(desk), q=typed).partition("<tbody>")[2]
            assert person.number in found and "王小明" not in found
            assert "13912345678" not in found.partition("</table>")[0]

    def test_other_branches_customers_are_not_found(
        self, north: Any, south: Any, desk: Any, client_of: Any
    ) -> None:
        person, recipient = sent_to(south)
        client = client_of(desk)
        assert f"/log/{recipient.pk}/" not in page(client, q=person.number)
        assert f"/log/{recipient.pk}/" not in page(client, campaign=recipient.run.subject)
        assert client.get(reverse("delivery:log_words", args=[recipient.pk])).status_code == 404

    def test_a_campaign_is_found_by_its_number(self, north: Any, desk: Any, client_of: Any) -> None:
        _, recipient = sent_to(north)
        shown = page(client_of(desk), campaign=recipient.run.subject.removeprefix("campaign:"))
        assert f"/log/{recipient.pk}/" in shown

    def test_shows_the_words_with_the_name_masked_and_no_link_that_opens(
        self, north: Any, desk: Any, client_of: Any
    ) -> None:
        _, recipient = sent_to(north, name="欧阳小明")
        answer = client_of(desk).get(reverse("delivery:log_words", args=[recipient.pk]))
        shown = answer.content.decode()
        assert answer.status_code == 200 and recipient.run.digest in shown
        assert "欧阳小明" not in shown and answer["Cache-Control"].startswith("max-age=0")

    def test_nothing_is_shown_of_who_got_nothing(self, north: Any, desk: Any, client_of: Any) -> None:
        recipient = make_recipient(branch=north)
        assert client_of(desk).get(reverse("delivery:log_words", args=[recipient.pk])).status_code == 404

    def test_pages_go_on(self, north: Any, desk: Any, client_of: Any) -> None:
        person, _ = sent_to(north)
        client = client_of(desk)
        forged = page(client, q=person.number, after="forged")
        assert forged.count("<tr>") == page(client, q=person.number).count("<tr>")

    def test_leaves_with_a_purpose_a_mark_and_a_fact(self, north: Any, desk: Any, client_of: Any) -> None:
        from openpyxl import load_workbook

        person, _ = sent_to(north)
        client = client_of(desk)
        url = reverse("delivery:log_export")
        assert client.post(url, {"q": person.number, "purpose": " "}).status_code == 409
        assert client.post(url, {"purpose": "检查"}).status_code == 409
        assert not Fact.objects.filter(kind="delivery.MessageLogExported").exists()
        answer = client.post(url, {"q": person.number, "purpose": "监管检查"})
        rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
        assert "监管检查" in rows[0][0] and "desk" in rows[0][0]
        assert (rows[2][1], len(rows)) == (person.number, 3)
        fact = Fact.objects.get(kind="delivery.MessageLogExported")
        assert (fact.body["count"], fact.body["asked"]) == (1, {"customers": "1"})

    def test_an_auditor_reads_and_takes_but_a_marketer_does_neither(self, north: Any, client_of: Any) -> None:
        person, _ = sent_to(north)
        auditor, marketer = make_staff("aud", north, "auditor"), make_staff("mar", north, "marketer")
        url = reverse("delivery:log_export")
        assert person.number in page(client_of(auditor), q=person.number)
        assert client_of(auditor).post(url, {"q": person.number, "purpose": "审计"}).status_code == 200
        assert client_of(marketer).get(reverse("delivery:log_page")).status_code == 403
        assert client_of(marketer).post(url, {"q": person.number, "purpose": "x"}).status_code == 403


class TestBlocking:
    def block(self, person: Any, by: Any, **over: Any) -> None:
        values = {"channel": "sms", "reason": "dispute", "until_date": None, **over}
        actions.block_customer(customer_id=person.pk, **values, by=by, now=NOW)

    def test_drops_what_waits_and_says_so(self, north: Any, desk: Any, client_of: Any) -> None:
        person = make_customer(branch=north, consents=["sms"])
        run = open_run(branch=north, people=[person])
        day = date(2026, 12, 31)
        url = reverse("delivery:customer_block", args=[person.pk])
        answer = client_of(desk).post(
            url, {"channel": "", "reason": "dispute", "until_date": day.isoformat()}
        )
        assert answer.status_code == 302 and outcome(run, person) == ("dropped", "suppressed")
        fact = Fact.objects.get(kind="delivery.CustomerSuppressed")
        assert (fact.body["until"], fact.body["dropped"]) == ("2026-12-31", 1)
        assert fact.branch_id == north.pk  # so that systems of the branch hear of it
        page = client_of(desk).get(reverse("customers:customer_page", args=[person.pk])).content.decode()
        assert "2027-01-01" in page

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"reason": "bounced"},
            {"reason": "manual", "until_date": "2020-01-01"},
            {"reason": "manual", "channel": "fax"},
        ],
    )
    def test_a_form_that_says_too_little_changes_nothing(
        self, form: dict[str, str], north: Any, desk: Any, client_of: Any
    ) -> None:
        person = make_customer(branch=north)
        url = reverse("delivery:customer_block", args=[person.pk])
        assert client_of(desk).post(url, form).status_code == 409
        assert not Suppression.objects.exists()

    def test_a_shorter_block_never_replaces_a_longer_one_and_a_complaint_stays_one(
        self, north: Any, desk: Any
    ) -> None:
        person = make_customer(branch=north)
        self.block(person, desk, until_date=date(2026, 12, 31))
        with pytest.raises(refusals.BlockStands):
            self.block(person, desk, until_date=date(2026, 12, 1))
        self.block(person, desk, until_date=None)
        with pytest.raises(refusals.BlockStands):
            self.block(person, desk, until_date=date(2030, 1, 1))
        complaint = make_suppression(branch=north, reason="complained", until_at=NOW + timedelta(days=9))
        from huiqun.customers.models import Customer

        complainer = Customer.objects.get(pk=complaint.customer_id)
        with pytest.raises(refusals.BlockStands):
            self.block(complainer, desk, channel="", until_date=date(2026, 11, 21))
        self.block(complainer, desk, channel="", until_date=None)
        complaint.refresh_from_db()
        assert (complaint.reason, complaint.until_at) == ("complained", None)

    def test_a_block_that_has_ended_begins_anew(self, north: Any, desk: Any) -> None:
        row = make_suppression(branch=north, until_at=NOW - timedelta(days=1), channel="sms")
        actions.block_customer(
            customer_id=row.customer_id, channel="sms", reason="asked", until_date=None, by=desk, now=NOW
        )
        row.refresh_from_db()
        assert (row.reason, row.until_at, row.since_at) == ("asked", None, NOW)

    def test_another_branchs_customer_is_unknown(self, south: Any, desk: Any, client_of: Any) -> None:
        person = make_customer(branch=south)
        with pytest.raises(NotFound):
            self.block(person, desk)
        url = reverse("delivery:customer_block", args=[person.pk])
        assert client_of(desk).post(url, {"reason": "manual"}).status_code == 404

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_the_longer_stands(self, north: Any, desk: Any) -> None:
        person = make_customer(branch=north)
        days = (date(2026, 12, 1), date(2026, 12, 31))

        def one(day: date) -> None:
            try:
                self.block(person, desk, until_date=day)
            except refusals.BlockStands:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(day,)) for day in days]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        until = Suppression.objects.get(customer_id=person.pk).until_at
        assert until is not None and until.date() == date(2026, 12, 31)


class TestProof:
    def test_a_scan_is_kept_with_the_application_and_given_back(self, north: Any, client_of: Any) -> None:
        admin = make_staff("admin", north, "administrator")
        account = make_account(branch=north)
        client = client_of(admin)
        form = {"text": "【江川银行】", "right": "company", "proof": "91330000"}
        scan = SimpleUploadedFile("../执照.pdf", b"%PDF-1.7 scan")
        url = reverse("delivery:signature_new", args=[account.pk])
        assert client.post(url, {**form, "file": scan}).status_code == 302
        signature = SmsSignature.objects.get()
        answer = client.get(reverse("delivery:signature_proof", args=[signature.pk]))
        assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7 scan", "application/pdf")
        assert (
            answer["Content-Disposition"].startswith("attachment")
            and "执照" not in answer["Content-Disposition"]
        )
        fact = Fact.objects.get(kind="delivery.SmsProofKept")
        assert fact.body["digest"] == SmsProof.objects.get().digest

    @pytest.mark.parametrize("content", [b"MZ program", b"<svg onload=x>", b"%PDF-" + b"0" * (5 * 2**20)])
    def test_what_is_no_scan_is_refused_with_the_application(
        self, content: bytes, north: Any, client_of: Any
    ) -> None:
        admin = make_staff("admin", north, "administrator")
        account = make_account(branch=north)
        form = {"text": "【江川银行】", "right": "company", "proof": "91330000"}
        scan = SimpleUploadedFile("a.pdf", content)
        url = reverse("delivery:signature_new", args=[account.pk])
        assert client_of(admin).post(url, {**form, "file": scan}).status_code == 422
        assert not SmsSignature.objects.exists() and not SmsProof.objects.exists()

    def test_another_branchs_proof_is_unknown(self, north: Any, south: Any, client_of: Any) -> None:
        admin = make_staff("admin", south, "administrator")
        signature = SmsSignature.objects.create(
            account=make_account(branch=north), text="【江川】", right="company", proof="1", applied_at=NOW
        )
        assert (
            client_of(admin).get(reverse("delivery:signature_proof", args=[signature.pk])).status_code == 404
        )
