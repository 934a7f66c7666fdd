"""The made-up customers: they act over HTTP as phones do, and always the same."""

import csv
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

import pytest

from huiqun_demo.bank.identifiers import customer_number, email, phone
from huiqun_demo.people import Town, person_of, run_of
from huiqun_demo.reactions import base_life, bought_by, deal_of, intent_of
from huiqun_demo.visits import Visit, forms_of

PAGE = """<!doctype html><html><body>
<form method="post" action="/m/TOKEN/join/"><input type="hidden" name="csrfmiddlewaretoken" value="s3"><button>参加</button></form>
<form method="post" action="/m/TOKEN/claim/"><input type="hidden" name="csrfmiddlewaretoken" value="s3"></form>
<form method="get" action="/m/TOKEN/why/"></form></body></html>"""


class Web:
    """Notes who asked for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def _note(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                web.asked.append((self.command, self.path, body))
                content = PAGE.encode() if self.command == "GET" else b""
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_HEAD = _note  # noqa: N815 the library's names

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    yield made
    made.server.shutdown()
    made.server.server_close()


def message(ordinal: int, web_url: str = "http://x", channel: str = "sms", **over: Any) -> dict[str, Any]:
    link = f"{web_url}/m/TOKEN/"
    made = {
        "key": f"run1-{ordinal}",
        "channel": channel,
        "to": phone(ordinal) if channel == "sms" else email(ordinal),
        "subject": "",
        "body": f"王女士,稳健理财新品开售 {link} 拒收请回复R",
        "links": [link],
        "list_unsubscribe": f"{web_url}/m/TOKEN/unsubscribe/" if channel == "email" else "",
        "reply_url": "",
    }
    return made | over


def test_a_number_tells_who_it_is() -> None:
    assert person_of(phone(17)) == person_of(email(17)) == 17
    assert person_of("19990000001") is None
    assert run_of("abc-123-77") == "abc-123"


def test_what_somebody_does_is_decided_by_the_dice() -> None:
    said = message(1)
    assert intent_of(said, Random("a")) == intent_of(said, Random("a"))
    opened = [intent_of(message(n), Random(f"1:r:{n}")) for n in range(20_000)]
    share = sum(intent.opens for intent in opened) / len(opened)
    assert 0.085 < share < 0.105
    assert 0.006 < sum(intent.leaves for intent in opened) / len(opened) < 0.010


def test_a_message_makes_people_do_what_it_speaks_of() -> None:
    assert deal_of("您的基金定投已暂停").kind == "plan_started"
    assert deal_of("再存1万即可解锁权益").kind == "deposit_in"
    assert deal_of("稳健理财新品").product_kind == "wealth"
    assert deal_of("hello").kind == "deposit_in"


def test_everybody_converts_now_and_then_and_readers_more_often() -> None:
    body = "稳健理财新品"
    life = [sale for _after, sale in base_life(seed=1, run="r", size=20_000, body=body)]
    wealth = [sale for sale in life if sale.deal.product_kind == "wealth"]
    assert 150 < len(wealth) < 250
    assert len({sale.event_id for sale in life}) == len(life)
    again = [sale for _after, sale in base_life(seed=1, run="r", size=20_000, body=body)]
    assert again == life
    bought = 0
    for person in range(2_000):
        intent = intent_of(message(person), Random(f"1:r:{person}"))
        bought += len(list(bought_by(seed=1, run="r", person=person, body=body, intent=intent)))
    assert 0.15 < bought / 2_000 < 0.25


def test_a_visit_does_what_a_phone_does(web: Web) -> None:
    visit = Visit(f"{web.url}/m/TOKEN", agent="phone", pause=0)
    assert visit.read()
    assert visit.submit("join")
    assert not visit.submit("interested")
    visit.close()
    assert [(method, path) for method, path, _body in web.asked] == [
        ("GET", "/m/TOKEN/"),
        ("POST", "/m/TOKEN/seen/"),
        ("POST", "/m/TOKEN/join/"),
    ]
    assert web.asked[-1][2] == "csrfmiddlewaretoken=s3"


def test_only_posted_forms_are_found() -> None:
    assert set(forms_of(PAGE)) == {"/m/TOKEN/join/", "/m/TOKEN/claim/"}


def test_a_town_opens_leaves_and_buys(web: Web, tmp_path: Path) -> None:
    replies: list[str] = []

    def reply(*, to: str, text: str) -> bool:
        replies.append(to)
        return True

    (tmp_path / "demo-bank").mkdir()
    (tmp_path / "demo-bank" / "made.json").write_text('{"size": 300}')
    town = Town(folder=tmp_path, seed=7, speed=5_000, reply=reply)
    town.start()
    try:
        for ordinal in range(1, 301):
            town.arrived(message(ordinal, web.url))
        town.arrived(message(5_000, web.url))
        town.arrived(message(1, web.url, to="19990000001"))
        town.arrived(message(1, web.url, key="run2-1", body="【测试】你好"))
        assert town.settle(60)
    finally:
        town.stop()
    did = [(method, path) for method, path, _body in web.asked]
    assert ("HEAD", "/m/TOKEN/") in did
    assert ("POST", "/m/TOKEN/claim/") in did
    seen = did.count(("POST", "/m/TOKEN/seen/"))
    expected = sum(intent_of(message(n), Random(f"7:run1:{n}")).opens for n in range(1, 301))
    assert seen == expected > 10
    rows = []
    for path in sorted((tmp_path / "inbox").iterdir()):
        assert path.name.startswith("transactions-")
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    assert {row["event_id"][0] for row in rows} == {"b", "p"}
    assert len({row["event_id"] for row in rows}) == len(rows)
    assert all(row["number"] <= customer_number(300) for row in rows)
    leavers = {phone(n) for n in range(1, 301) if intent_of(message(n), Random(f"7:run1:{n}")).leaves}
    assert set(replies) == leavers
