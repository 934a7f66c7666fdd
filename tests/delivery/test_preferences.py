"""The preference centre: a no at once with the link alone, everything else with a one-time code."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from huiqun.customers import actions as customer_actions
from huiqun.customers import queries as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.channels.base import Outcome, Verdict
from huiqun.delivery.models import PhoneCode, Recipient, TopicRefusal
from huiqun.delivery.rules.refusals import CodesTooMany, CodeWrong, NoWayToSendACode
from huiqun.foundation import clock
from huiqun.foundation.models import Fact
from tests.makers.customers import make_consent_text, make_customer
from tests.makers.delivery import NOW, Tray, make_account, open_run, outcome

MINUTE = timedelta(minutes=1)


@pytest.fixture
def visit(north: Any, now: Any) -> Any:
    """A customer with the link of a message about funds that waits, and the tray that codes arrive in."""
    tray = Tray()
    make_consent_text(channel="email", title="邮件授权书", body="我同意通过电子邮件……")
    person = make_customer(branch=north, consents=["sms"], phone="13900001234")
    run = open_run(
        branch=north, people=[person], accounts=[make_account(branch=north, tray=tray)], topic="fund"
    )
    token = queries.make_link(Recipient.objects.get(run=run).pk)
    return type("Visit", (), {"tray": tray, "person": person, "run": run, "token": token, "client": Client()})


def post(visit: Any, what: str, *, client: Client | None = None, **data: str) -> Any:
    return (client or visit.client).post(f"/p/{visit.token}/{what}/", data)


def page(visit: Any, client: Client | None = None) -> str:
    return str((client or visit.client).get(f"/p/{visit.token}/").content.decode())


def code_in(visit: Any) -> str:
    found = re.search(r"验证码是(\d{6})", visit.tray.messages[-1].body)
    assert found
    return found.group(1)


def recognised(visit: Any) -> Client:
    post(visit, "code")
    assert post(visit, "enter", code=code_in(visit)).status_code == 302
    client: Client = visit.client
    return client


def state_of(visit: Any, channel: str = "sms") -> str:
    answers = {each.channel: each.state for each in customers.consents_of(customer_id=visit.person.pk)}
    return answers.get(channel, "")


class TestWithTheLinkAlone:
    def test_shows_nothing_personal(self, visit: Any) -> None:
        text = page(visit)
        assert "139" not in text and visit.person.number not in text and "授权书" not in text

    def test_refuses_the_messages_own_topic_and_drops_what_waits(self, visit: Any) -> None:
        assert post(visit, "topic", wanted="no").status_code == 302
        assert TopicRefusal.objects.get().topic == "fund"
        assert outcome(visit.run, visit.person) == ("dropped", "topic_refused")

    @pytest.mark.parametrize(
        ("what", "data"),
        [
            ("topic", {"topic": "deposit", "wanted": "no"}),
            ("topic", {"topic": "fund", "wanted": "yes"}),
            ("consent", {"channel": "sms", "purpose": "marketing", "wanted": "no"}),
            ("stop", {}),
        ],
    )
    def test_everything_else_asks_for_a_code(self, visit: Any, what: str, data: dict[str, str]) -> None:
        before = Fact.objects.count()
        assert post(visit, what, **data).status_code == 403
        assert (
            Fact.objects.count() == before
            and not TopicRefusal.objects.exists()
            and state_of(visit) == "given"
        )

    def test_nobody_gives_consent_with_a_link_alone(self, visit: Any) -> None:
        text_id = make_consent_text(channel="email").pk
        assert post(visit, "consent", text=str(text_id), wanted="yes").status_code == 403
        assert state_of(visit, "email") == ""

    @pytest.mark.parametrize("what", ["code", "enter", "topic", "consent", "stop", "leave"])
    def test_looking_changes_nothing(self, visit: Any, what: str) -> None:
        """Scanners and prefetchers fetch addresses; they do not post."""
        facts = Fact.objects.count()
        assert visit.client.get(f"/p/{visit.token}/{what}/").status_code == 405
        assert visit.client.head(f"/p/{visit.token}/").status_code == 200
        assert Fact.objects.count() == facts and visit.tray.messages == []

    def test_a_forged_link_opens_nothing(self, visit: Any) -> None:
        forged = ("A" if visit.token[0] != "A" else "B") + visit.token[1:]
        assert Client().get(f"/p/{forged}/").status_code == 404
        assert Client().post(f"/p/{forged}/code/").status_code == 404
        assert visit.tray.messages == []


class TestWithACode:
    def test_goes_to_the_number_on_file_and_is_not_kept(self, visit: Any) -> None:
        post(visit, "code")
        (message,) = visit.tray.messages
        assert message.to == "13900001234" and message.body.startswith("【")
        assert code_in(visit) not in PhoneCode.objects.get().code_digest
        assert "139****1234" in page(visit) and "13900001234" not in page(visit)

    def test_shows_consents_and_topics_and_changes_each(self, visit: Any) -> None:
        client = recognised(visit)
        text = page(visit)
        assert "邮件授权书" in text and "13900001234" not in text
        post(visit, "consent", channel="sms", purpose="marketing", wanted="no")
        assert state_of(visit) == "withdrawn" and outcome(visit.run, visit.person) == (
            "dropped",
            "no_consent",
        )
        post(visit, "consent", text=str(make_consent_text(channel="email").pk), wanted="yes")
        assert state_of(visit, "email") == "given"
        post(visit, "topic", topic="deposit", wanted="no")
        assert TopicRefusal.objects.get().topic == "deposit"
        post(visit, "topic", topic="deposit", wanted="yes")
        assert not TopicRefusal.objects.exists()
        given = Fact.objects.filter(kind="customers.ConsentGiven").latest("id")
        assert given.body["source"] == "phone" and client.get(f"/p/{visit.token}/").status_code == 200

    def test_consent_is_to_the_text_that_was_shown(self, visit: Any) -> None:
        recognised(visit)
        shown = make_consent_text(channel="email").pk
        customer_actions.publish_consent_text(
            channel="email", purpose="marketing", version="2", title="新授权书", body="新", now=NOW
        )
        assert post(visit, "consent", text=str(shown), wanted="yes").status_code == 409
        assert state_of(visit, "email") == ""

    def test_a_consent_to_an_outdated_text_can_be_taken_back(self, visit: Any) -> None:
        customer_actions.publish_consent_text(
            channel="sms", purpose="marketing", version="2", title="新", body="新", outdates=True, now=NOW
        )
        recognised(visit)
        post(visit, "consent", channel="sms", purpose="marketing", wanted="no")
        assert state_of(visit) == "withdrawn"

    def test_no_marketing_at_all_ends_every_channel_and_no_service(self, visit: Any) -> None:
        for channel, purpose in (("email", "marketing"), ("sms", "service")):
            make_consent_text(channel=channel, purpose=purpose)
            customer_actions.give_consent(
                customer_id=visit.person.pk,
                channel=channel,
                purpose=purpose,
                text_version="1",
                source="t",
                now=NOW,
            )
        recognised(visit)
        post(visit, "stop")
        states = {(a.channel, a.purpose): a.state for a in customers.consents_of(customer_id=visit.person.pk)}
        assert states == {
            ("email", "marketing"): "withdrawn",
            ("sms", "marketing"): "withdrawn",
            ("sms", "service"): "given",
        }

    def test_a_visit_is_of_one_customer_and_ends(self, visit: Any, north: Any) -> None:
        client = recognised(visit)
        other = make_customer(branch=north, consents=["sms"])
        run = open_run(branch=north, people=[other])
        token = queries.make_link(Recipient.objects.get(run=run).pk)
        assert client.post(f"/p/{token}/stop/").status_code == 403
        with clock.at(NOW + 15 * MINUTE):
            assert post(visit, "stop").status_code == 403
        post(visit, "leave")
        assert post(visit, "stop").status_code == 403 and state_of(visit) == "given"

    def test_leaving_ends_the_visit_for_whoever_copied_its_cookie(self, visit: Any) -> None:
        thief = Client()
        recognised(visit)
        thief.cookies["huiqun_visit"] = visit.client.cookies["huiqun_visit"].value
        post(visit, "leave")
        assert post(visit, "stop", client=thief).status_code == 403

    def test_the_cookie_is_for_no_script(self, visit: Any) -> None:
        recognised(visit)
        cookie = visit.client.cookies["huiqun_visit"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")


class TestGuessing:
    def test_five_wrong_guesses_end_a_code(self, visit: Any) -> None:
        post(visit, "code")
        right = code_in(visit)
        wrong = "000000" if right != "000000" else "111111"
        assert [post(visit, "enter", code=wrong).status_code for _ in range(5)] == [422] * 5
        assert post(visit, "enter", code=right).status_code == 422
        assert not Fact.objects.filter(kind="delivery.CustomerRecognised").exists()

    @pytest.mark.parametrize("code", ["", " ", "一二三四五六", "1" * 400, "12345"])
    def test_nonsense_is_no_code(self, visit: Any, code: str) -> None:
        post(visit, "code")
        assert post(visit, "enter", code=code).status_code == 422

    def test_a_code_holds_five_minutes_and_for_one_visit(self, visit: Any) -> None:
        post(visit, "code")
        code = code_in(visit)
        with clock.at(NOW + 5 * MINUTE), pytest.raises(CodeWrong):
            actions.open_visit(customer_id=visit.person.pk, code=code, now=NOW + 5 * MINUTE)
        assert post(visit, "enter", code=code).status_code == 302
        assert post(visit, "enter", code=code, client=Client()).status_code == 422

    def test_a_new_code_ends_the_one_before(self, visit: Any) -> None:
        post(visit, "code")
        first = code_in(visit)
        with clock.at(NOW + 2 * MINUTE):
            post(visit, "code")
            if first != code_in(visit):
                assert post(visit, "enter", code=first).status_code == 422
            assert post(visit, "enter", code=code_in(visit)).status_code == 302

    def test_codes_are_rationed(self, visit: Any) -> None:
        customer_id = visit.person.pk
        actions.send_code(customer_id=customer_id, now=NOW)
        with pytest.raises(CodesTooMany):
            actions.send_code(customer_id=customer_id, now=NOW + MINUTE / 2)
        for number in range(1, 5):
            actions.send_code(customer_id=customer_id, now=NOW + 2 * number * MINUTE)
        with pytest.raises(CodesTooMany):
            actions.send_code(customer_id=customer_id, now=NOW + 20 * MINUTE)
        assert len(visit.tray.messages) == 5
        actions.send_code(customer_id=customer_id, now=NOW + timedelta(days=1, minutes=10))

    def test_goes_by_mail_where_the_gateway_does_not_take_it_and_says_so_where_nobody_does(
        self, visit: Any, north: Any
    ) -> None:
        refused = Outcome(verdict=Verdict.ACCOUNT, code="http_401")
        visit.tray.answers["*"] = [refused, refused]
        with pytest.raises(NoWayToSendACode):
            actions.send_code(customer_id=visit.person.pk, now=NOW)
        assert not PhoneCode.objects.exists()
        mail = Tray()
        make_account(branch=north, channel="email", tray=mail)
        actions.send_code(customer_id=visit.person.pk, now=NOW)
        assert mail.messages[0].to == visit.person.email

    def test_a_customer_without_number_and_address_is_told_what_to_do(self, north: Any, now: Any) -> None:
        make_account(branch=north)
        person = make_customer(branch=north, phone=None, email=None)
        with pytest.raises(NoWayToSendACode):
            actions.send_code(customer_id=person.pk, now=NOW)

    def test_old_codes_are_forgotten(self, visit: Any) -> None:
        actions.send_code(customer_id=visit.person.pk, now=NOW)
        assert actions.forget_codes(before=NOW) == 0
        assert actions.forget_codes(before=NOW + MINUTE) == 1


def at_once(*jobs: Any) -> list[str]:
    told: list[str] = []

    def run(job: Any) -> None:
        try:
            with clock.at(NOW):
                job()
            told.append("done")
        except Exception as problem:
            told.append(type(problem).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(told)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_code_opens_one_visit(self, visit: Any) -> None:
        actions.send_code(customer_id=visit.person.pk, now=NOW)
        code = code_in(visit)
        told = at_once(*[lambda: actions.open_visit(customer_id=visit.person.pk, code=code, now=NOW)] * 4)
        assert told == ["CodeWrong"] * 3 + ["done"]
        assert Fact.objects.filter(kind="delivery.CustomerRecognised").count() == 1

    def test_guesses_at_once_each_cost_one(self, visit: Any) -> None:
        actions.send_code(customer_id=visit.person.pk, now=NOW)
        wrong = "000000" if code_in(visit) != "000000" else "111111"
        at_once(*[lambda: actions.open_visit(customer_id=visit.person.pk, code=wrong, now=NOW)] * 8)
        assert PhoneCode.objects.get().tries == 5

    def test_two_taps_send_one_code(self, visit: Any) -> None:
        told = at_once(*[lambda: actions.send_code(customer_id=visit.person.pk, now=NOW)] * 4)
        assert told == ["CodesTooMany"] * 3 + ["done"]
        assert len(visit.tray.messages) == 1

    def test_refusing_twice_at_once_is_one_refusal(self, visit: Any) -> None:
        told = at_once(
            *[
                lambda: actions.refuse_topic(
                    customer_id=visit.person.pk, topic="fund", source="preferences", now=NOW
                )
            ]
            * 4
        )
        assert told == ["done"] * 4
        assert Fact.objects.filter(kind="delivery.TopicRefused").count() == 1
