"""Notices: each told once, read in one's own language, mailed only to who asked, and never twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from huiqun.foundation import notices
from huiqun.foundation.models import Notice

KIND = "foundation.KeysRotated"
WORDS = "The file of %(source)s was due by %(due)s and has not come."
"""A sentence that is translated."""


class Carrier:
    """Takes mail, or fails as it is told to."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str, str]] = []
        self.ready, self.fails = True, False

    def carry(self, key: str, to: str, subject: str, body: str, now: datetime) -> bool:
        self.mails.append((key, to, subject, body))
        if self.fails:
            raise OSError("no server")
        return True


@pytest.fixture(autouse=True)
def kinds(monkeypatch: Any) -> None:
    monkeypatch.setattr(notices, "_kinds", {})
    notices.register(KIND, WORDS, urgent=True)


@pytest.fixture
def carrier(monkeypatch: Any) -> Carrier:
    carrier = Carrier()
    monkeypatch.setattr(notices, "_carriers", [])
    notices.carry_mail_by(carrier.carry, ready=lambda: carrier.ready)
    return carrier


def tell(now: datetime, *to: Any, fact_id: int = 7, link: str = "/notices/", **values: Any) -> None:
    filled = {"source": "核心系统", "due": "06:30", **values}
    notices.tell(KIND, fact_id, to=to, values=filled, link=link, at=now)


def words_of(staff: Any) -> list[str]:
    return [notices.shown(each).words for each in Notice.objects.of(staff)]


def test_tells_each_person_once_of_one_fact(marketer: Any, second_marketer: Any, now: datetime) -> None:
    tell(now, marketer, second_marketer, marketer)
    tell(now + timedelta(minutes=1), marketer, second_marketer)
    tell(now, marketer, fact_id=8)
    assert (notices.unread(marketer), notices.unread(second_marketer)) == (2, 1)


def test_tells_nobody_who_has_left(marketer: Any, now: datetime) -> None:
    marketer.is_active = False
    tell(now, marketer)
    assert not Notice.objects.exists()


def test_what_is_rolled_back_was_never_told(marketer: Any, now: datetime) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(now, marketer)
        raise RuntimeError
    assert notices.unread(marketer) == 0


def test_the_bell_counts_what_is_unread(client_of: Any, marketer: Any, now: datetime) -> None:
    client = client_of(marketer)
    assert "bell-count" not in client.get("/").content.decode()
    tell(now, marketer)
    page = client.get("/").content.decode()
    assert 'class="bell-count" aria-hidden="true">1<' in page and "通知：1 条未读" in page


def test_a_notice_is_read_in_the_readers_language(client_of: Any, marketer: Any, now: datetime) -> None:
    tell(now, marketer)
    client = client_of(marketer)
    assert "“核心系统”的文件应于 06:30 前送达，目前尚未收到。" in client.get("/notices/").content.decode()
    client.cookies["huiqun_language"] = "en"
    assert "The file of 核心系统 was due by 06:30" in client.get("/notices/").content.decode()


def test_values_are_words_and_no_markup(client_of: Any, marketer: Any, now: datetime) -> None:
    tell(now, marketer, source="<b>x</b>")
    assert "&lt;b&gt;x&lt;/b&gt;" in client_of(marketer).get("/notices/").content.decode()


def test_looking_at_one_reads_it_and_goes_there(client_of: Any, marketer: Any, now: datetime) -> None:
    tell(now, marketer, link="/audiences/")
    tell(now, marketer, fact_id=8)
    answer = client_of(marketer).post("/notices/read/", {"notice": Notice.objects.get(fact_id=7).pk})
    assert answer["Location"] == "/audiences/"
    assert list(Notice.objects.unread().values_list("fact_id", flat=True)) == [8]


def test_nobody_reads_anothers_notice(
    client_of: Any, marketer: Any, second_marketer: Any, now: datetime
) -> None:
    tell(now, marketer, link="/audiences/")
    client = client_of(second_marketer)
    answer = client.post("/notices/read/", {"notice": Notice.objects.get().pk})
    assert answer["Location"] == "/notices/" and notices.unread(marketer) == 1
    client.post("/notices/read/", {"notice": "all"})
    assert notices.unread(marketer) == 1
    assert "核心系统" not in client.get("/notices/").content.decode()


@pytest.mark.parametrize("typed", ["", "x", "-1", "99999999999999999999"])
def test_a_notice_that_is_not_there_leads_nowhere(
    client_of: Any, marketer: Any, now: datetime, typed: str
) -> None:
    tell(now, marketer)
    assert client_of(marketer).post("/notices/read/", {"notice": typed})["Location"] == "/notices/"
    assert notices.unread(marketer) == 1


def test_all_are_read_at_once(client_of: Any, marketer: Any, now: datetime) -> None:
    for each in range(3):
        tell(now, marketer, fact_id=each)
    client_of(marketer).post("/notices/read/", {"notice": "all"})
    assert notices.unread(marketer) == 0


def test_a_kind_that_is_gone_still_shows(marketer: Any, now: datetime, monkeypatch: Any) -> None:
    tell(now, marketer)
    monkeypatch.setattr(notices, "_kinds", {})
    assert words_of(marketer) == [KIND]


def test_values_that_do_not_fit_still_show(marketer: Any, now: datetime) -> None:
    notices.tell(KIND, 9, to=[marketer], values={}, link="", at=now)
    assert len(words_of(marketer)) == 1


def test_mails_only_who_asked_and_only_once(
    marketer: Any, second_marketer: Any, now: datetime, carrier: Carrier
) -> None:
    for each in (marketer, second_marketer):
        each.email = f"{each.username}@bank.example"
        each.save()
    notices.choose_mail(staff=marketer, wanted=True, now=now)
    tell(now, marketer, second_marketer)
    assert notices.mail(now=now) == 1
    assert notices.mail(now=now) == 0
    ((_key, to, subject, body),) = carrier.mails
    assert to == marketer.email and subject == "汇群：您有一条新通知"
    assert "“核心系统”的文件应于 06:30 前送达" in body and "/notices/" in body


def test_a_mail_is_in_the_persons_own_language(marketer: Any, now: datetime, carrier: Carrier) -> None:
    marketer.email, marketer.language = "m@bank.example", "en"
    marketer.save()
    notices.choose_mail(staff=marketer, wanted=True, now=now)
    tell(now, marketer)
    notices.mail(now=now)
    assert "was due by 06:30" in carrier.mails[0][3]


def test_a_mail_that_failed_is_not_tried_again_and_the_notice_stays(
    marketer: Any, now: datetime, carrier: Carrier
) -> None:
    marketer.email, carrier.fails = "m@bank.example", True
    marketer.save()
    notices.choose_mail(staff=marketer, wanted=True, now=now)
    tell(now, marketer)
    assert notices.mail(now=now) == 0
    carrier.fails = False
    assert notices.mail(now=now) == 0 and len(carrier.mails) == 1
    assert notices.unread(marketer) == 1


def test_what_is_read_or_old_or_without_an_account_is_not_mailed(
    marketer: Any, now: datetime, carrier: Carrier
) -> None:
    marketer.email = "m@bank.example"
    marketer.save()
    notices.choose_mail(staff=marketer, wanted=True, now=now)
    tell(now - timedelta(hours=25), marketer, fact_id=1)
    tell(now, marketer, fact_id=2)
    notices.read(staff=marketer, notice_id=Notice.objects.get(fact_id=2).pk, now=now)
    assert notices.mail(now=now) == 0
    tell(now, marketer, fact_id=3)
    carrier.ready = False
    assert notices.mail(now=now) == 0 and not carrier.mails


def test_mail_is_switched_on_and_off_on_the_page(
    client_of: Any, marketer: Any, now: datetime, carrier: Carrier
) -> None:
    marketer.email = ""
    marketer.save()
    client = client_of(marketer)
    assert "请联系系统管理员" in client.get("/notices/").content.decode()
    marketer.email = "m@bank.example"
    marketer.save()
    assert "同时发送邮件" in client.get("/notices/").content.decode()
    for _twice in range(2):
        client.post("/notices/mail/", {"wanted": "yes"})
    assert notices.wants_mail(marketer)
    assert "m@bank.example" in client.get("/notices/").content.decode()
    client.post("/notices/mail/", {"wanted": "no"})
    assert not notices.wants_mail(marketer)


def test_old_notices_go(marketer: Any, now: datetime) -> None:
    tell(now - timedelta(days=181), marketer, fact_id=1)
    tell(now, marketer, fact_id=2)
    assert notices.sweep(now=now) == 1
    assert [each.fact_id for each in Notice.objects.all()] == [2]
