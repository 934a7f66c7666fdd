"""Runs, messages and suppressions for programs."""

from datetime import timedelta

from huiqun.delivery import actions
from huiqun.delivery.models import Recipient, Suppression
from huiqun.foundation.models import Fact
from tests.makers.campaigns import make_running
from tests.makers.customers import make_customer
from tests.makers.foundation import program
from tests.makers.workforce import make_member

ADD, LIST = "/api/delivery/suppressions/add/", "/api/delivery/suppressions/"


def told(customer, **over):
    return {"customer_number": customer.number, "channel": "sms", "reason": "asked", **over}


def test_a_run_adds_up_for_programs_too(north, now):
    campaign = make_running(branch=north, people=3)
    caller = program(north, "runs:read")
    (line,) = caller.get("/api/delivery/runs/", subject=campaign.subject).json()["items"]
    one = caller.get(f"/api/delivery/runs/{line['run_id']}/").json()
    assert one["audience"] == 3 == one["sent"] + one["dropped"] + one["failed"]
    assert line["branch"] == "N" and one["digest"] == line["digest"]
    assert caller.get("/api/delivery/runs/", state="paused").json()["items"] == []


def test_tells_what_one_person_received_in_which_words_and_no_name(north, now):
    campaign = make_running(branch=north, people=2)
    recipient = Recipient.objects.filter(run_id=campaign.run_id).first()
    from huiqun.customers.models import Customer

    customer = Customer.objects.get(pk=recipient.customer_id)
    answer = program(north, "messages:read").get("/api/delivery/messages/", customer_number=customer.number)
    (message,) = answer.json()["items"]
    assert message["recipient_id"] == recipient.pk and message["state"] in ("sent", "delivered")
    assert "{{ salutation }}" in message["words"]["body"]
    assert "sent" in [touch["kind"] for touch in message["touches"]]
    text = answer.content.decode()
    assert customer.name not in text and customer.phone not in text


def test_a_customer_of_another_branch_is_not_there(north, south, now):
    number = make_customer(branch=south).number
    caller = program(north, "messages:read", "suppressions:write", "suppressions:read")
    assert caller.get("/api/delivery/messages/", customer_number=number).status_code == 404
    assert (
        caller.post(ADD, {"customer_number": number, "channel": "sms", "reason": "asked"}).status_code == 404
    )
    assert caller.get(LIST, customer_number=number).json()["items"] == []
    assert not Suppression.objects.exists()


def test_suppresses_until_the_end_of_a_day_and_drops_what_waits(north, now):
    customer = make_customer(branch=north)
    caller = program(north, "suppressions:write", "suppressions:read")
    answer = caller.post(ADD, told(customer, last_day="2026-12-31")).json()
    assert answer["is_new"] and answer["until"].startswith("2026-12-31T16:00")
    (item,) = caller.get(LIST, customer_number=customer.number).json()["items"]
    assert (item["channel"], item["reason"], item["stands"]) == ("sms", "asked", True)


def test_a_shorter_one_does_not_replace_a_longer_one_nor_a_complaint_anything(north, now):
    customer = make_customer(branch=north)
    actions.suppress(customer_id=customer.pk, channel="sms", reason="complained", now=now)
    answer = program(north, "suppressions:write").post(ADD, told(customer, last_day="2026-12-31")).json()
    assert (answer["is_new"], answer["reason"], answer["until"]) == (False, "complained", None)


def test_one_that_has_ended_begins_anew(north, now):
    customer = make_customer(branch=north)
    actions.suppress(customer_id=customer.pk, channel="sms", now=now, until_at=now - timedelta(days=1))
    answer = program(north, "suppressions:write").post(ADD, told(customer)).json()
    assert answer["is_new"] and answer["since"].startswith(f"{now:%Y-%m-%d}") and answer["until"] is None


def test_a_day_that_has_passed_is_refused(north, now):
    refused = program(north, "suppressions:write").post(
        ADD, told(make_customer(branch=north), last_day="2026-11-19")
    )
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["last_day"])
    assert not Suppression.objects.exists()


def test_lifts_once_and_a_complaint_only_by_two(north, now):
    asked, complained = make_customer(branch=north), make_customer(branch=north)
    actions.suppress(customer_id=asked.pk, channel="sms", reason="asked", now=now)
    actions.suppress(customer_id=complained.pk, channel="sms", reason="complained", now=now)
    first, second = Suppression.objects.order_by("pk")
    desk = make_member(branch=north, roles=("service_desk",))
    caller = program(north, "suppressions:write", by=desk)
    body = {"reason": "客户来电更正"}
    for _twice in range(2):
        done = caller.post(f"/api/delivery/suppressions/{first.pk}/lift/", body, key="a")
        assert done.json() == {"outcome": "lifted"}
    assert caller.post(f"/api/delivery/suppressions/{second.pk}/lift/", body, key="b").json() == {
        "outcome": "asked"
    }
    assert list(Suppression.objects.all()) == [second]
    assert Fact.objects.get(kind="delivery.SuppressionLifted").by_id == desk.pk
