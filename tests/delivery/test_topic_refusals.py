"""No more about a topic: at the gate, when marking, and for what waits."""

import random
import threading
from typing import Any

import pytest
from django.db import connections

from huiqun.delivery import actions, queries
from huiqun.delivery.actions.gate_sql import Gate
from huiqun.delivery.actions.gate_terms import terms_of_order
from huiqun.delivery.models import Recipient, TopicRefusal
from huiqun.delivery.rules.refusals import UnknownTopic
from huiqun.foundation import clock
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, make_order, open_run, outcome


def reachable(branch: Any, **over: Any) -> Any:
    return make_customer(branch=branch, consents=["sms"], **over)


def refuse(person: Any, topic: str = "fund") -> bool:
    return actions.refuse_topic(customer_id=person.pk, topic=topic, source="preferences", now=NOW)


@pytest.mark.usefixtures("now")
class TestAtTheGate:
    def test_drops_who_refused_the_topic_and_nobody_else(self, north: Any) -> None:
        refusing, other = reachable(north), reachable(north)
        refuse(refusing)
        run = open_run(branch=north, people=[refusing, other], topic="fund")
        assert outcome(run, refusing) == ("dropped", "topic_refused")
        assert outcome(run, other) == ("queued", "")

    def test_another_topic_and_service_messages_go_on(self, north: Any) -> None:
        person = make_customer(branch=north, consents=["sms"])
        refuse(person)
        service = make_customer(branch=north, consents=["sms"], purpose="service")
        refuse(service)
        assert outcome(open_run(branch=north, people=[person], topic="deposit"), person) == ("queued", "")
        run = open_run(branch=north, people=[service], topic="fund", purpose="service")
        assert outcome(run, service) == ("queued", "")

    def test_comes_after_consent_and_before_age(self, north: Any) -> None:
        without = make_customer(branch=north)
        refuse(without)
        run = open_run(branch=north, people=[without], topic="fund")
        assert outcome(run, without)[1] == "no_consent"

    def test_both_arms_are_judged_alike(self, north: Any) -> None:
        person = reachable(north)
        refuse(person)
        run = open_run(branch=north, control=[person], topic="fund")
        assert outcome(run, person) == ("dropped", "topic_refused")

    def test_costs_nothing_while_nobody_refuses(self, north: Any) -> None:
        order = make_order(branch=north, people=[reachable(north)], topic="fund")
        assert "topicrefusal" not in Gate.of(terms_of_order(order, now=NOW)).insert
        refuse(reachable(north), "deposit")
        assert "topicrefusal" not in Gate.of(terms_of_order(order, now=NOW)).insert
        refuse(reachable(north))
        assert "topicrefusal" in Gate.of(terms_of_order(order, now=NOW)).insert


@pytest.mark.usefixtures("now")
class TestWhatWaits:
    def test_is_dropped_with_the_refusal_and_by_no_other_topic(self, north: Any) -> None:
        person = reachable(north)
        fund = open_run(branch=north, people=[person], topic="fund")
        deposit = open_run(branch=north, people=[person], topic="deposit")
        refuse(person)
        assert outcome(fund, person) == ("dropped", "topic_refused")
        assert outcome(deposit, person) == ("queued", "")
        assert Fact.objects.get(kind="delivery.TopicRefused").body["dropped"] == 1

    def test_is_judged_again_when_marking(self, north: Any) -> None:
        """A refusal that found nothing to drop: it came between the gate's look and its commit."""
        tray = Tray()
        person = reachable(north)
        run = open_run(
            branch=north, people=[person], topic="fund", accounts=[make_account(branch=north, tray=tray)]
        )
        TopicRefusal.objects.create(customer_id=person.pk, topic="fund", since_at=NOW)
        drain(run)
        assert outcome(run, person) == ("dropped", "topic_refused") and tray.messages == []

    def test_allowing_again_brings_nothing_back_but_lets_the_next_through(self, north: Any) -> None:
        person = reachable(north)
        run = open_run(branch=north, people=[person], topic="fund")
        assert [refuse(person), refuse(person)] == [True, False]
        told = [
            actions.allow_topic(customer_id=person.pk, topic="fund", source="preferences", now=NOW)
            for _ in range(2)
        ]
        assert told == [True, False]
        assert outcome(run, person) == ("dropped", "topic_refused")
        assert outcome(open_run(branch=north, people=[person], topic="fund"), person) == ("queued", "")
        assert Fact.objects.filter(kind="delivery.TopicAllowed").count() == 1

    def test_the_customers_page_tells_the_service_desk(
        self, north: Any, client_of: Any, relationship_manager: Any
    ) -> None:
        person = reachable(north)
        address = f"/customers/{person.pk}/"
        assert "Wants no marketing" not in (
            page := client_of(relationship_manager).get(address).content.decode()
        )
        assert "拒收以下主题" not in page
        refuse(person)
        page = client_of(relationship_manager).get(address).content.decode()
        assert "拒收以下主题" in page and "基金" in page

    def test_a_topic_that_is_none_is_refused_and_changes_nothing(self, north: Any) -> None:
        with pytest.raises(UnknownTopic):
            refuse(reachable(north), "weather")
        assert (
            not TopicRefusal.objects.exists()
            and not Fact.objects.filter(kind="delivery.TopicRefused").exists()
        )

    def test_erasing_the_customer_takes_the_wishes_with_it(self, north: Any) -> None:
        from huiqun.customers.models import Customer
        from huiqun.foundation import erasure

        person = reachable(north)
        refuse(person)
        erasure.erase(Customer, [person.pk])
        assert not TopicRefusal.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("now")
def test_nothing_is_marked_after_a_refusal_has_committed(north: Any) -> None:
    """People refuse at random moments while two workers send; each mark is checked against each refusal."""
    from huiqun.delivery.actions.marking import mark_batch

    tray, chance = Tray(), random.Random(11)
    people = [reachable(north) for _ in range(40)]
    run = open_run(
        branch=north, people=people, topic="fund", accounts=[make_account(branch=north, tray=tray)]
    )
    refusing = chance.sample(people, 20)
    gone: set[int] = set()
    late: list[int] = []
    problems: list[BaseException] = []

    def watched(**arguments: Any) -> Any:
        before = set(gone)
        marked = mark_batch(**arguments)
        late.extend(person.customer_id for person in marked.people if person.customer_id in before)
        return marked

    def send() -> None:
        while actions.send_batch(run_id=run.pk, channel="sms", now=NOW, size=3).next != "none":
            pass

    def leave() -> None:
        for person in refusing:
            threading.Event().wait(chance.random() / 100)
            refuse(person)
            gone.add(person.pk)

    def job(work: Any) -> None:
        try:
            with clock.at(NOW):
                work()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huiqun.delivery.actions.sending.mark_batch", watched)
        threads = [threading.Thread(target=job, args=(each,)) for each in (send, send, leave)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert problems == [] and late == []
    states = dict(Recipient.objects.filter(run=run).values_list("customer_id", "state"))
    assert set(states.values()) <= {"sent", "dropped"}
    assert all(states[person.pk] == "sent" for person in people if person not in refusing)
    refused = {topic.key for topic in queries.topics_of(refusing[0].pk) if topic.refused_at}
    assert refused == {"fund"}
