"""Short links: they lead where was approved, count people once, and end."""

import re
import threading
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections
from django.test import Client

from huiqun.compliance import actions as compliance
from huiqun.delivery import actions, queries
from huiqun.delivery.actions.clicks import record_click
from huiqun.delivery.models import LinkClick, Recipient, Touch
from huiqun.delivery.queries.log_pages import HIDDEN_LINK, words_as_sent
from huiqun.delivery.rules.refusals import TargetNotAllowed, UnknownLink
from huiqun.delivery.rules.targets import may_lead_to, with_utm
from huiqun.delivery.rules.visits import Visit
from huiqun.foundation import clock
from tests.conftest import make_staff
from tests.makers.compliance import approve_all, make_dossier
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, open_run

PERSON = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0.50"
APPLY, HELP = (
    "https://www.bank.example.com/apply?from=sms&utm_source=old#top",
    "https://help.bank.example.com/",
)
LATER = NOW + timedelta(minutes=5)
LINKS = {
    "targets": [{"key": "apply", "target": APPLY}, {"key": "help", "target": HELP}],
    "utm": {"sms": {"utm_source": "huiqun", "utm_medium": "sms", "utm_campaign": "c12"}},
    "until": (NOW + timedelta(days=30)).isoformat(),
}
BODY = "【江川银行】您好，办理请点 {{ link_apply }} 疑问请点 {{ link_help }} 活动 {{ link }} 拒收请回复R"


@pytest.fixture
def sent(north: Any, now: Any) -> Any:
    """One message with three links, sent, and the tray that it lies in."""
    tray = Tray()
    variants = [{"key": "sms-a", "channel": "sms", "weight": 100, "subject": "", "body": BODY}]
    dossier = make_dossier(branch=north, subject="campaign:77001", variants=variants, links=LINKS)
    run = open_run(
        branch=north,
        people=[make_customer(branch=north, consents=["sms"])],
        accounts=[make_account(branch=north, tray=tray)],
        subject="campaign:77001",
        digest=approve_all(dossier),
    )
    drain(run)
    recipient = Recipient.objects.get(run=run)
    return type("Sent", (), {"tray": tray, "run": run, "recipient": recipient})


def token(sent: Any, number: int = 1) -> str:
    return queries.make_link(sent.recipient.pk, number)


def get(
    token: str, *, at: Any = LATER, client: Client | None = None, method: str = "get", **headers: str
) -> Any:
    told = {
        "User-Agent": PERSON,
        "Accept": "text/html",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    with clock.at(at):
        return getattr(client or Client(), method)(f"/l/{token}", headers=told)


class TestWords:
    def test_a_message_holds_several_short_links_of_our_own(self, sent: Any) -> None:
        (message,) = sent.tray.messages
        assert f"办理请点 http://testserver/l/{token(sent, 1)} 疑问" in message.body
        assert f"http://testserver/l/{token(sent, 2)} 活动" in message.body
        assert f"http://testserver/m/{token(sent, 0)}/" in message.body
        assert len({token(sent, number)[:6] for number in range(6)}) == 6

    def test_mail_leads_to_the_preference_centre(self, north: Any, now: Any) -> None:
        tray = Tray()
        person = make_customer(branch=north, consents=["email"])
        run = open_run(
            branch=north, people=[person], accounts=[make_account(branch=north, channel="email", tray=tray)]
        )
        drain(run, channel="email")
        link = queries.make_link(Recipient.objects.get(run=run).pk)
        assert f"http://testserver/p/{link}/" in tray.messages[0].body


class TestLeadingOn:
    def test_leads_to_what_was_approved_with_the_utm_of_the_channel(self, sent: Any) -> None:
        answer = get(token(sent))
        assert answer.status_code == 302
        parts = urlsplit(answer["Location"])
        assert (parts.hostname, parts.path, parts.fragment) == ("www.bank.example.com", "/apply", "top")
        assert parse_qs(parts.query) == {
            "from": ["sms"],
            "utm_source": ["huiqun"],
            "utm_medium": ["sms"],
            "utm_campaign": ["c12"],
            "utm_content": ["sms-a"],
        }
        assert answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]

    def test_nothing_in_the_request_changes_where_it_leads(self, sent: Any) -> None:
        plain = get(token(sent, 2))["Location"]
        answer = Client().get(
            f"/l/{token(sent, 2)}?next=https://evil.example&url=//evil.example",
            headers={"User-Agent": PERSON, "X-Forwarded-Host": "evil.example"},
        )
        assert answer["Location"] == plain and plain.startswith(HELP)

    def test_the_main_link_leads_to_the_campaigns_page(self, sent: Any) -> None:
        assert get(token(sent, 0))["Location"] == f"/m/{token(sent, 0)}/"

    def test_a_number_that_the_dossier_does_not_have_is_no_link(self, sent: Any) -> None:
        assert get(token(sent, 3)).status_code == 404
        with pytest.raises(UnknownLink):
            queries.destination(queries.read_link(token(sent, 9)), now=NOW)

    def test_a_forged_token_leads_nowhere_and_counts_nothing(self, sent: Any) -> None:
        good = token(sent)
        for forged in (good[:-2] + ("AA" if good[-2:] != "AA" else "BQ"), "A" * 22, good + "A", good[:21]):
            assert get(forged).status_code == 404
        assert not LinkClick.objects.exists()


class TestEnding:
    def test_an_expired_link_says_what_to_do_next(self, sent: Any) -> None:
        answer = get(token(sent), at=NOW + timedelta(days=30))
        page = answer.content.decode()
        assert answer.status_code == 410
        assert (
            f"/p/{token(sent)}/" in page and f"/m/{token(sent)}/" in page and "bank.example.com" not in page
        )
        assert not LinkClick.objects.exists()

    def test_a_revoked_link_ends_in_messages_already_sent(self, sent: Any, marketer: Any) -> None:
        told = [
            actions.revoke_link(
                subject=sent.run.subject, target=APPLY, reason="页面被篡改", by=marketer, now=NOW
            )
            for _ in range(2)
        ]
        assert told == [True, False]
        assert get(token(sent)).status_code == 410 and get(token(sent, 2)).status_code == 302
        assert actions.restore_link(subject=sent.run.subject, target=APPLY)
        assert get(token(sent)).status_code == 302

    def test_a_stop_ends_every_link_of_the_campaign(self, sent: Any, risk_officer: Any) -> None:
        compliance.stop_subject(subject=sent.run.subject, reason="舆情", by=risk_officer, now=NOW)
        assert {get(token(sent, number)).status_code for number in (1, 2)} == {410}

    def test_a_host_that_the_bank_gave_up_leads_nowhere(self, sent: Any, settings: Any) -> None:
        settings.HUIQUN_LINK_HOSTS = ("help.bank.example.com",)
        assert get(token(sent)).status_code == 410 and get(token(sent, 2)).status_code == 302


class TestCounting:
    def test_counts_a_person_once_per_link_with_first_and_last(self, sent: Any) -> None:
        for minutes in (5, 7, 9):
            get(token(sent), at=NOW + timedelta(minutes=minutes))
        get(token(sent, 2))
        row = LinkClick.objects.get(number=1)
        assert (row.times, row.machine_times) == (3, 0)
        assert (row.first_at, row.last_at) == (NOW + timedelta(minutes=5), NOW + timedelta(minutes=9))
        assert Touch.objects.filter(kind="clicked").count() == 1
        figures = queries.link_figures(subject=sent.run.subject, digest=sent.run.digest)
        assert {n: (each.people, each.times) for n, each in figures.items()} == {1: (1, 3), 2: (1, 1)}

    @pytest.mark.parametrize(
        "headers",
        [
            {"User_Agent": "Mozilla/5.0 (compatible; Proofpoint URL Defense)"},
            {"User_Agent": "curl/8.5"},
            {"Accept": "*/*"},
            {"Sec_Fetch_Dest": "image"},
        ],
    )
    def test_a_scanner_is_led_on_but_is_no_click(self, sent: Any, headers: dict[str, str]) -> None:
        assert get(token(sent), **headers).status_code == 302
        row = LinkClick.objects.get()
        assert (row.times, row.machine_times, row.first_at) == (0, 1, None)
        assert not Touch.objects.filter(kind="clicked").exists()

    def test_a_head_request_leaves_no_trace(self, sent: Any) -> None:
        assert get(token(sent), method="head").status_code == 302
        assert not LinkClick.objects.exists()

    @pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"])
    def test_a_prefetch_gets_nothing_to_keep(self, sent: Any, header: str) -> None:
        """A kept copy would be followed without us, and the person who taps would not be counted."""
        answer = get(token(sent), **{header: "prefetch"})
        assert answer.status_code == 503 and "Location" not in answer
        assert not LinkClick.objects.exists()

    def test_nobody_clicks_within_a_second_of_sending(self, sent: Any) -> None:
        get(token(sent), at=NOW + timedelta(milliseconds=600))
        assert LinkClick.objects.get().times == 0
        get(token(sent), at=NOW + timedelta(seconds=8))
        assert LinkClick.objects.get().times == 1

    def test_mail_security_scans_on_arrival_and_people_come_later(self, sent: Any, settings: Any) -> None:
        settings.HUIQUN_SCANNER_NETWORKS = ("127.0.0.0/8",)
        get(token(sent), at=NOW + timedelta(seconds=20))
        get(token(sent), at=NOW + timedelta(minutes=30))
        row = LinkClick.objects.get()
        assert (row.times, row.machine_times) == (1, 1)

    def test_an_address_that_the_visitor_writes_is_not_believed(self, sent: Any, settings: Any) -> None:
        settings.HUIQUN_SCANNER_NETWORKS = ("203.0.113.0/24",)
        get(token(sent), at=NOW + timedelta(seconds=20), X_Forwarded_For="203.0.113.9")
        assert LinkClick.objects.get().times == 1
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        get(token(sent, 2), at=NOW + timedelta(seconds=20), X_Forwarded_For="198.51.100.1, 203.0.113.9")
        assert LinkClick.objects.get(number=2).times == 0


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_person(sent: Any) -> None:
    link = queries.read_link(token(sent))
    visit = Visit(user_agent=PERSON, accept="text/html", after_seconds=60.0)
    firsts: list[bool] = []

    def tap() -> None:
        try:
            firsts.append(record_click(link=link, visit=visit, now=LATER))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(firsts) == [False] * 5 + [True]
    assert LinkClick.objects.get().times == 6 and Touch.objects.filter(kind="clicked").count() == 1


HOSTS = ("www.bank.cn", "*.open.bank.cn")


@pytest.mark.parametrize(
    "target",
    [
        "https://www.bank.cn/", "https://www.bank.cn", "https://WWW.bank.cn/a?b=c#d", "https://www.bank.cn:443/x",
        "https://a.open.bank.cn/x", "https://a.b.open.bank.cn/",
    ],
)  # fmt: skip
def test_may_lead_to_the_banks_own(target: str) -> None:
    assert may_lead_to(target, HOSTS)


@pytest.mark.parametrize(
    "target",
    [
        "", "www.bank.cn", "//www.bank.cn/", "/m/x/", "http://www.bank.cn/", "javascript:alert(1)", "data:text/html,x",
        "https://www.bank.cn.evil.example/", "https://evil.example/https://www.bank.cn", "https://www.bank.cn@evil.example/",
        "https://www.bank.cn:8443/", "https://user:pw@www.bank.cn/", "https://evil.example\\@www.bank.cn/",
        "https://www.bank.cn\\.evil.example/", "https://www.bank.cn/ x", "https://www.bank.cn/\r\nX: y", "https://open.bank.cn/",
        "https://xopen.bank.cn/", "https://www.bank.cn./", "https://www。bank.cn/", "https://bank.cn/", "https://[::1]/",
        "https://www.bank.cn:port/", "https:/www.bank.cn/", "https:///www.bank.cn/", "https://www.bank.cn/" + "a" * 500,
    ],
)  # fmt: skip
def test_may_not_lead_elsewhere(target: str) -> None:
    assert not may_lead_to(target, HOSTS)


def test_no_host_is_allowed_until_the_bank_says_which(settings: Any) -> None:
    settings.HUIQUN_LINK_HOSTS = ()
    with pytest.raises(TargetNotAllowed):
        queries.check_target("https://www.bank.example.com/")


def test_utm_keeps_what_the_address_had() -> None:
    assert with_utm("https://b.cn/a?x=%E6%B1%9F&y=", {"utm_source": "h", "utm_term": ""}) == (
        "https://b.cn/a?x=%E6%B1%9F&y=&utm_source=h"
    )


def test_the_message_log_shows_such_a_message_with_links_that_open_nothing(sent: Any, north: Any) -> None:
    words = words_as_sent(sent.recipient.pk, staff=make_staff("desk", north, "service_desk"))
    (told,) = sent.tray.messages
    assert words.body is not None and words.body.count(HIDDEN_LINK) == 3
    assert token(sent) in told.body and token(sent) not in words.body
    shape = re.compile(r"/([lm])/[^/ ]+")
    assert shape.sub(r"/\1/…", words.body) == shape.sub(r"/\1/…", told.body)
