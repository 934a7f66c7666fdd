"""Accounts, test messages and the staff's pages."""

from typing import Any

import pytest

from huiqun.delivery import actions, queries
from huiqun.delivery.models import ChannelAccount, ContactCount, Recipient, Touch
from huiqun.delivery.rules import refusals
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, open_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
GATEWAY = {"url": "https://sms.example.com/messages", "account": "bank"}


class TestAccounts:
    def save(self, branch: Any, **over: Any) -> int:
        values = {"name": "短信主通道", "channel": "sms", "config": GATEWAY, "secret": "geheim-9f2"} | over
        return actions.save_account(branch_id=branch.pk, by=None, now=NOW, **values)

    def test_keeps_the_secret_encrypted_and_out_of_facts(self, north: Any) -> None:
        from django.db import connection

        account_id = self.save(north)
        assert ChannelAccount.objects.get(pk=account_id).secret == "geheim-9f2"
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM delivery_channelaccount WHERE id = %s", [account_id])
            assert b"geheim" not in bytes(cursor.fetchone()[0])
        fact = Fact.objects.get(kind="delivery.ChannelAccountSaved")
        assert fact.body["secret_changed"] is True and "geheim" not in str(fact.body)

    def test_saving_without_a_secret_keeps_the_one_there_is(self, north: Any) -> None:
        account_id = self.save(north)
        self.save(north, account_id=account_id, secret=None, name="短信备用通道")
        account = ChannelAccount.objects.get(pk=account_id)
        assert (account.name, account.secret) == ("短信备用通道", "geheim-9f2")

    def test_refuses_what_is_incomplete_or_named_twice(self, north: Any) -> None:
        with pytest.raises(refusals.AccountIncomplete):
            self.save(north, config={"account": "bank"})
        with pytest.raises(refusals.AccountIncomplete):
            self.save(north, secret=None)
        self.save(north)
        with pytest.raises(refusals.NameTaken):
            self.save(north)
        assert ChannelAccount.objects.count() == 1

    def test_offers_a_branch_its_own_and_those_above_the_nearest_first(
        self, head_office: Any, north: Any, south: Any
    ) -> None:
        ours, banks = make_account(branch=north), make_account(branch=head_office)
        make_account(branch=south)
        make_account(branch=north, enabled=False)
        choices = queries.account_choices(branch_id=north.pk, channel="sms")
        assert [choice.account_id for choice in choices] == [ours.pk, banks.pk]

    def test_the_page_never_shows_a_secret(
        self, head_office: Any, administrator: Any, client_of: Any
    ) -> None:
        account_id = self.save(head_office)
        client = client_of(administrator)
        page = client.get(f"/delivery/accounts/{account_id}/")
        assert page.status_code == 200 and "geheim" not in page.content.decode()
        form = {
            "name": "新名称", "branch": head_office.pk, "rate_per_second": 20, "secret": "", "enabled": "on",
            "config_url": GATEWAY["url"], "config_account": "bank", "config_signature": "【江川银行】",
        }  # fmt: skip
        assert client.post(f"/delivery/accounts/{account_id}/", form).status_code == 302
        account = ChannelAccount.objects.get(pk=account_id)
        assert (account.name, account.secret, account.rate_per_second) == ("新名称", "geheim-9f2", 20)
        assert "新名称" in client.get("/delivery/accounts/").content.decode()

    def test_an_account_can_be_opened_from_its_page(
        self, head_office: Any, administrator: Any, client_of: Any
    ) -> None:
        client = client_of(administrator)
        form = {
            "name": "邮件", "branch": head_office.pk, "rate_per_second": 20, "enabled": "on", "config_host": "127.0.0.1",
            "config_port": 25, "config_sender": "news@bank.example.com", "config_security": "none",
        }  # fmt: skip
        page = client.post("/delivery/accounts/new/?channel=email", {**form, "config_host": ""})
        assert page.status_code == 200 and not ChannelAccount.objects.exists()
        assert client.post("/delivery/accounts/new/?channel=email", form).status_code == 302
        assert ChannelAccount.objects.get().driver == "smtp"


class TestToOneself:
    def send(self, account: Any, staff: Any, **over: Any) -> str:
        values = {"channel": "sms", "to": staff.phone, "subject": "", "body": "您好"} | over
        return actions.test_send(account_id=account.pk, by=staff, now=NOW, **values)

    def test_is_marked_and_not_counted(self, north: Any, marketer: Any) -> None:
        tray = Tray()
        self.send(make_account(branch=north, tray=tray), marketer)
        assert [(message.to, message.body) for message in tray.messages] == [(marketer.phone, "【测试】您好")]
        assert not (Touch.objects.exists() or ContactCount.objects.exists() or Recipient.objects.exists())
        assert Fact.objects.get(kind="delivery.TestMessageSent").body["staff_id"] == marketer.pk

    def test_goes_to_nobody_else(self, north: Any, marketer: Any) -> None:
        tray = Tray()
        account = make_account(branch=north, tray=tray)
        for to in ("13900000000", ""):
            with pytest.raises(refusals.NotYourOwnAddress):
                self.send(account, marketer, to=to)
        assert tray.messages == []


class TestPages:
    def run(self, north: Any) -> Any:
        people = [make_customer(branch=north, consents=["sms"]), make_customer(branch=north)]
        return open_run(branch=north, people=people)

    def test_shows_progress_until_the_run_is_over(self, north: Any, marketer: Any, client_of: Any) -> None:
        run, client = self.run(north), client_of(marketer)
        page = client.get(f"/delivery/runs/{run.pk}/").content.decode()
        assert str(run.pk) in client.get("/delivery/").content.decode()
        assert "every 2s" in page and "未获得该渠道和用途的授权同意" in page
        drain(run)
        part = client.get(
            f"/delivery/runs/{run.pk}/progress/", headers={"HX-Request": "true"}
        ).content.decode()
        assert "every 2s" not in part and "<html" not in part
        assert str(run.pk) in client.get("/delivery/?state=finished").content.decode()

    def test_is_paused_resumed_and_cancelled(self, north: Any, marketer: Any, client_of: Any) -> None:
        run, client = self.run(north), client_of(marketer)
        for step, state in (("pause", "paused"), ("resume", "sending"), ("cancel", "sending")):
            assert client.post(f"/delivery/runs/{run.pk}/{step}/").status_code == 302
            run.refresh_from_db()
            assert run.state == state
        assert queries.run_progress(run.pk).reasons == {"cancelled": 1, "no_consent": 1}

    def test_lists_the_people_behind_a_number_masked(self, north: Any, marketer: Any, client_of: Any) -> None:
        run = self.run(north)
        page = client_of(marketer).get(f"/delivery/runs/{run.pk}/people/?reason=no_consent").content.decode()
        assert page.count("王*明") == 1 and "王小明" not in page

    def test_says_why_a_customer_did_not_get_it(self, north: Any, marketer: Any, client_of: Any) -> None:
        person = make_customer(branch=north)
        open_run(branch=north, people=[person])
        client = client_of(marketer)
        page = client.get("/delivery/search/", {"q": person.number}).content.decode()
        assert "未获得该渠道和用途的授权同意" in page and person.phone not in page
        found = queries.reason_for(subject=Recipient.objects.get().run.subject, customer_id=person.pk)
        assert found is not None and found.reason == "no_consent"

    def test_finds_nobody_of_another_branch(self, north: Any, stranger: Any, client_of: Any) -> None:
        person = make_customer(branch=north)
        run = open_run(branch=north, people=[person])
        client = client_of(stranger)
        assert "王*明" not in client.get("/delivery/search/", {"q": person.number}).content.decode()
        assert client.get(f"/delivery/runs/{run.pk}/").status_code == 404
        assert client.post(f"/delivery/runs/{run.pk}/pause/").status_code == 404

    def test_speaks_english_too(self, north: Any, marketer: Any, client_of: Any) -> None:
        client = client_of(marketer)
        client.cookies["huiqun_language"] = "en"
        page = client.get(f"/delivery/runs/{self.run(north).pk}/").content.decode()
        assert "No consent for this channel and purpose" in page
