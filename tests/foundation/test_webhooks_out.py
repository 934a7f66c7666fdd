"""Facts told to other systems: which, signed how, tried how often, and what a dead receiver does to the others."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from huiqun.customers.events import ConsentWithdrawn
from huiqun.foundation import clock, facts, jobs
from huiqun.foundation.models import Fact, Notice, WebhookDelivery, WebhookEndpoint
from huiqun.foundation.webhooks import endpoints, posting, telling, waits
from huiqun.foundation.webhooks.refusals import AddressUnfit, KindsMissing, NothingToResend
from huiqun.lib.refusal import NotFound
from huiqun.workforce.events import ApiKeyRevoked
from tests.conftest import make_branch
from tests.foundation.receivers import receiving
from tests.makers.foundation import make_endpoint
from tests.makers.workforce import make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def north():
    return make_branch("N", "城北支行", make_branch("HO", "总行"))


@pytest.fixture(autouse=True)
def _steady(monkeypatch):
    """The longest waits, so that moments are known."""
    monkeypatch.setattr(telling.random, "random", lambda: 1.0)


@pytest.fixture
def receiver(settings):
    with receiving() as one:
        settings.HUIQUN_WEBHOOK_HOSTS = f"localhost:{one.port}"
        yield one


def record(branch: Any, customer_id: int = 7, *, now: Any) -> int:
    fact = ConsentWithdrawn(
        customer_id=customer_id, record_id=1, channel="sms", purpose="marketing", source="link"
    )
    with transaction.atomic():
        return facts.record(fact, at=now, branch_id=branch.pk if branch else None)


def tell(now: Any) -> None:
    """What the five-second clock and the workers do."""
    with clock.at(now):
        telling.collect(now=now)
        jobs.run_pending()


def told(endpoint_id: int) -> list[tuple[str, int, str]]:
    rows = WebhookDelivery.objects.filter(endpoint=endpoint_id).order_by("pk")
    return list(rows.values_list("state", "attempts", "code"))


def test_tells_a_fact_signed_over_the_raw_body_and_without_personal_data(north, receiver, now):
    endpoint_id, secret = make_endpoint(branch=north, url=receiver.url())
    fact_id = record(north, now=now)
    tell(now)
    (hit,) = receiver.hits
    text = f"fact-{fact_id}.{hit.headers['webhook-timestamp']}.".encode() + hit.body
    key = b64decode(secret.removeprefix("whsec_"))
    right = "v1," + b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    assert hit.headers["webhook-signature"] == right
    assert json.loads(hit.body) == {
        "id": f"fact-{fact_id}",
        "kind": "customers.ConsentWithdrawn",
        "at": now.isoformat(),
        "subject": "customer:7",
        "branch": "N",
        "body": Fact.objects.get(pk=fact_id).body,
    }
    assert told(endpoint_id) == [("delivered", 1, "http_200")]
    tell(now + timedelta(hours=1))
    assert len(receiver.hits) == 1


def test_tells_only_its_kinds_of_its_branches_and_from_its_making_on(north, receiver, now):
    record(north, 1, now=now)
    make_endpoint(branch=north, url=receiver.url(), kinds=("customers.ConsentWithdrawn",))
    south = make_branch("S", "城南支行")
    for branch, customer_id in ((north, 2), (south, 3), (None, 4)):
        record(branch, customer_id, now=now)
    with transaction.atomic():
        facts.record(ApiKeyRevoked(api_key_id=1, prefix="x"), at=now, branch_id=north.pk)
    tell(now)
    assert [json.loads(hit.body)["subject"] for hit in receiver.hits] == ["customer:2"]


def test_the_head_office_hears_of_the_bank_as_a_whole_too(north, receiver, now):
    make_endpoint(branch=north.parent, url=receiver.url())
    for branch in (None, north):
        record(branch, now=now)
    tell(now)
    assert len(receiver.hits) == 2


def test_what_commits_late_is_told_all_the_same(north, receiver, now):
    """A long transaction's fact has a smaller number than one that is told already."""
    make_endpoint(branch=north, url=receiver.url())
    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        late = facts.record(
            ConsentWithdrawn(customer_id=8, record_id=1, channel="sms", purpose="marketing", source="link"),
            at=now,
            branch_id=north.pk,
        )
        threads.submit(_in_its_own_connection, record, north, now).result()
        threads.submit(_in_its_own_connection, telling.collect, None, now).result()
    tell(now)
    assert f"fact-{late}" in receiver.ids and len(receiver.ids) == len(set(receiver.ids)) == 2


def _in_its_own_connection(function: Any, branch: Any, now: Any) -> None:
    try:
        function(branch, now=now) if branch else function(now=now)
    finally:
        connection.close()


def test_tries_again_later_and_later_under_the_same_id(north, receiver, now):
    receiver.behave = 500
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    record(north, now=now)
    tell(now)
    assert told(endpoint_id) == [("waiting", 1, "http_500")]
    tell(now + timedelta(seconds=9))
    assert len(receiver.hits) == 1
    tell(now + timedelta(seconds=10))
    tell(now + timedelta(seconds=29))
    assert told(endpoint_id) == [("waiting", 2, "http_500")]
    receiver.behave = "ok"
    tell(now + timedelta(seconds=30))
    assert told(endpoint_id) == [("delivered", 3, "http_200")]
    assert len(set(receiver.ids)) == 1
    bodies = {hit.body for hit in receiver.hits}
    assert len(bodies) == 1


def test_a_dead_receiver_delays_no_other(north, settings, monkeypatch, now):
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 0.3)
    with receiving("hang") as dead, receiving() as well:
        settings.HUIQUN_WEBHOOK_HOSTS = f"localhost:{dead.port},localhost:{well.port}"
        silent, _ = make_endpoint(branch=north, url=dead.url())
        other, _ = make_endpoint(branch=north, url=well.url())
        for customer_id in range(30):
            record(north, customer_id, now=now)
        tell(now)
    assert len(well.hits) == 30 and len(dead.hits) == 1
    assert told(silent)[0] == ("waiting", 1, "timed_out")
    assert told(silent)[1:] == [("waiting", 0, "")] * 29
    assert {state for state, _, _ in told(other)} == {"delivered"}


def test_an_endpoint_that_fails_again_and_again_is_left_alone_and_then_tried_with_one(north, receiver, now):
    receiver.behave = 503
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    for customer_id in range(10):
        record(north, customer_id, now=now)
    for _try in range(8):
        tell(now)
    assert len(receiver.hits) == waits.TRIP_AFTER
    endpoint = WebhookEndpoint.objects.get(pk=endpoint_id)
    assert endpoint.rest_until == now + timedelta(seconds=waits.FIRST_REST)
    assert Fact.objects.filter(kind="foundation.WebhookTripped").count() == 1
    administrator = endpoint.made_by
    assert [each.staff_id for each in Notice.objects.all()] == [administrator.pk]
    tell(endpoint.rest_until)
    assert len(receiver.hits) == waits.TRIP_AFTER + 1
    endpoint.refresh_from_db()
    assert endpoint.rest_until == now + timedelta(seconds=waits.FIRST_REST * 3)
    assert Fact.objects.filter(kind="foundation.WebhookTripped").count() == 1
    receiver.behave = "ok"
    tell(endpoint.rest_until)
    endpoint.refresh_from_db()
    assert (endpoint.troubles, endpoint.rests, endpoint.rest_until) == (0, 0, None)
    assert {state for state, _, _ in told(endpoint_id)} == {"delivered"}
    assert Fact.objects.filter(kind="foundation.WebhookRecovered").count() == 1


def test_what_is_never_taken_is_given_up_and_can_be_sent_again(north, receiver, now):
    receiver.behave = 400
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    fact_id = record(north, now=now)
    moment = now
    for _try in range(waits.MOST_ATTEMPTS):
        tell(moment)
        moment += timedelta(hours=7)
    assert told(endpoint_id) == [("dead", waits.MOST_ATTEMPTS, "http_400")]
    (given_up,) = Fact.objects.filter(kind="foundation.WebhookGivenUp")
    assert (given_up.body["told_id"], given_up.body["code"]) == (fact_id, "http_400")
    administrator = make_member(branch=north, roles=("administrator",))
    assert endpoints.resend(endpoint_id=endpoint_id, delivery_ids=None, by=administrator, now=moment) == 1
    with pytest.raises(NothingToResend):
        endpoints.resend(endpoint_id=endpoint_id, delivery_ids=None, by=administrator, now=moment)
    receiver.behave = "ok"
    tell(moment)
    assert told(endpoint_id) == [("delivered", 1, "http_200")]
    assert set(receiver.ids) == {f"fact-{fact_id}"}


def test_whoever_says_gone_is_not_asked_again(north, receiver, now):
    receiver.behave = 410
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    record(north, now=now)
    tell(now)
    assert told(endpoint_id) == [("dead", 1, "http_410")]


def test_what_a_killed_worker_held_is_told_by_another(north, receiver, now):
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    record(north, now=now)
    telling.collect(now=now)
    assert telling._claim(endpoint_id, now) is not None  # and dies
    tell(now + timedelta(seconds=59))
    assert receiver.hits == []
    tell(now + telling.LEASE)
    assert told(endpoint_id) == [("delivered", 2, "http_200")]


def test_a_late_failure_of_a_lost_attempt_changes_nothing(north, receiver, now):
    """The first worker was thought dead; the second one's delivery stands."""
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    record(north, now=now)
    telling.collect(now=now)
    _endpoint, first = telling._claim(endpoint_id, now)
    tell(now + telling.LEASE)
    telling._store(endpoint_id, first, posting.Answer(False, "timed_out"), now + telling.LEASE)
    assert told(endpoint_id)[0][0] == "delivered"


def test_two_workers_at_once_do_not_send_one_thing_twice(north, receiver, now):
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    for customer_id in range(12):
        record(north, customer_id, now=now)
    telling.collect(now=now)

    def work(_number: int) -> None:
        try:
            with clock.at(now):
                telling.send(endpoint_id=endpoint_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(work, range(3)))
    assert len(receiver.ids) == len(set(receiver.ids)) == 12


def test_two_collectors_at_once_note_each_fact_once(north, receiver, now):
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    for customer_id in range(12):
        record(north, customer_id, now=now)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _n: _in_its_own_connection(telling.collect, None, now), range(3)))
    assert len(told(endpoint_id)) == 12


def test_both_secrets_are_good_for_a_while(north, receiver, now):
    endpoint_id, old = make_endpoint(branch=north, url=receiver.url())
    administrator = make_member(branch=north, roles=("administrator",))
    new = endpoints.change_secret(endpoint_id=endpoint_id, by=administrator, now=now)
    record(north, 1, now=now)
    tell(now)
    later = now + timedelta(days=2)
    record(north, 2, now=now)
    tell(later)
    both, one = (hit.headers["webhook-signature"].split(" ") for hit in receiver.hits)
    assert new != old and len(both) == 2 and len(one) == 1
    raw = connection.cursor()
    raw.execute("SELECT secret FROM foundation_webhookendpoint")
    assert new.encode() not in bytes(raw.fetchone()[0])


def test_what_happens_while_it_is_switched_off_waits(north, receiver, now):
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    administrator = make_member(branch=north, roles=("administrator",))
    endpoints.switch_endpoint(endpoint_id=endpoint_id, enabled=False, by=administrator, now=now)
    record(north, now=now)
    tell(now)
    assert receiver.hits == []
    endpoints.switch_endpoint(endpoint_id=endpoint_id, enabled=True, by=administrator, now=now)
    tell(now)
    assert len(receiver.hits) == 1


def test_somebody_who_has_seen_to_it_wakes_it_at_once(north, receiver, now):
    receiver.behave = 500
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    for customer_id in range(waits.TRIP_AFTER):
        record(north, customer_id, now=now)
    for _try in range(waits.TRIP_AFTER):
        tell(now)
    receiver.behave = "ok"
    administrator = make_member(branch=north, roles=("administrator",))
    endpoints.wake_endpoint(endpoint_id=endpoint_id, by=administrator, now=now)
    tell(now)
    assert {state for state, _, _ in told(endpoint_id)} == {"delivered"}


def test_what_waited_for_a_week_is_given_up_and_old_rows_are_forgotten(north, receiver, now):
    receiver.behave = 500
    endpoint_id, _ = make_endpoint(branch=north, url=receiver.url())
    record(north, now=now)
    tell(now)
    telling.sweep(now=now + timedelta(days=6))
    assert told(endpoint_id)[0][0] == "waiting"
    telling.sweep(now=now + timedelta(days=8))
    assert told(endpoint_id)[0][0] == "dead"
    telling.sweep(now=now + timedelta(days=120))
    assert told(endpoint_id) == []


def test_what_is_too_large_is_told_without_its_details(north, receiver, now, monkeypatch):
    monkeypatch.setattr(telling, "LARGEST", 100)
    make_endpoint(branch=north, url=receiver.url())
    record(north, now=now)
    tell(now)
    body = json.loads(receiver.hits[0].body)
    assert body["body"] is None and body["left_out"] > 100 and body["subject"] == "customer:7"


@pytest.mark.parametrize(
    ("over", "refusal"),
    [({"url": "http://example.com/"}, AddressUnfit), ({"kinds": ()}, KindsMissing),
     ({"kinds": ("foundation.WebhookTripped",)}, KindsMissing), ({"kinds": ("made.Up",)}, KindsMissing),
     ({"branch_id": 0}, NotFound)],
)  # fmt: skip
def test_refuses_what_cannot_be_kept(north, now, over, refusal):
    with pytest.raises(refusal):
        make_endpoint(branch=north, **over)
    assert not WebhookEndpoint.objects.exists()


def test_the_page_shows_what_was_given_up_and_sends_it_again(north, receiver, now, client_of):
    receiver.behave = 410
    client = client_of(make_member(branch=north, roles=("administrator",)))
    form = {
        "name": "数据中台",
        "url": receiver.url(),
        "branch": north.pk,
        "kinds": ["customers.ConsentWithdrawn"],
    }
    page = client.post("/webhooks/new/", form)
    assert page["Cache-Control"] == "no-store" and "whsec_" in page.content.decode()
    endpoint = WebhookEndpoint.objects.get()
    address = f"/webhooks/{endpoint.pk}/"
    assert "whsec_" not in client.get(address).content.decode()
    fact_id = record(north, now=now)
    tell(now)
    assert f"fact-{fact_id}" in client.get(address, {"state": "dead"}).content.decode()
    assert f"fact-{fact_id}" not in client.get(address, {"state": "waiting"}).content.decode()
    delivery = WebhookDelivery.objects.get()
    receiver.behave = "ok"
    client.post(f"{address}resend/", {"delivery_id": delivery.pk})
    tell(now)
    assert told(endpoint.pk) == [("delivered", 1, "http_200")]


def test_the_form_says_what_is_wrong_with_an_address(north, now, client_of):
    client = client_of(make_member(branch=north, roles=("administrator",)))
    form = {
        "name": "x",
        "url": "http://10.0.0.1/",
        "branch": north.pk,
        "kinds": ["customers.ConsentWithdrawn"],
    }
    assert client.post("/webhooks/new/", form).status_code == 422
    assert not WebhookEndpoint.objects.exists()
