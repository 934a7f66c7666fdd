"""There is one gate for every path: nothing reaches a channel but what the gate let through and marking marked.

Others let a frequency rule be passed by by the one path that nobody had thought of.
"""

import uuid
from datetime import timedelta
from typing import Any

import grimp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqun.customers import actions as customers
from huiqun.delivery import actions
from huiqun.delivery.models import Recipient
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, drain, make_account, open_run

DELIVERY = "huiqun.delivery"
HANDS = f"{DELIVERY}.actions.handover"
"""The one module that gives a customer's message to a channel; ``outcomes`` only reads what came of it."""
MAY_OPEN = {
    f"{DELIVERY}.actions.sending",
    f"{DELIVERY}.actions.test_messages",
    f"{DELIVERY}.actions.notice_mail",
    f"{DELIVERY}.actions.codes",
}
"""Who opens an account: the senders of runs, messages to the bank's own staff, and the one-time codes that customers
ask for themselves."""
MAY_MARK = f"{DELIVERY}.actions.sending"


@pytest.fixture(scope="module")
def graph() -> Any:
    return grimp.build_graph("huiqun")


def test_only_the_senders_hand_over_and_only_what_was_marked(graph: Any) -> None:
    assert graph.find_modules_that_directly_import(HANDS) <= {
        f"{DELIVERY}.actions.sending",
        f"{DELIVERY}.actions.outcomes",
    }
    assert MAY_MARK in graph.find_modules_that_directly_import(f"{DELIVERY}.actions.marking")


def test_nobody_else_opens_an_account_or_a_channel(graph: Any) -> None:
    assert graph.find_modules_that_directly_import(f"{DELIVERY}.actions.opening") <= MAY_OPEN
    channels = {f"{DELIVERY}.channels.{name}" for name in ("http_sms", "smtp")}
    for channel in channels:
        importers = graph.find_modules_that_directly_import(channel)
        assert {each for each in importers if not each.startswith(f"{DELIVERY}.channels")} == set()


def test_no_domain_above_reaches_past_the_actions(graph: Any) -> None:
    inside = [
        module
        for module in graph.modules
        if module.startswith((f"{DELIVERY}.actions.", f"{DELIVERY}.channels"))
    ]
    for module in inside:
        for importer in graph.find_modules_that_directly_import(module):
            assert importer.startswith((DELIVERY, "huiqun.config")), f"{importer} imports {module}"


WISHES = st.fixed_dictionaries(
    {
        "consents": st.booleans(),
        "phone": st.booleans(),
        "is_protected": st.booleans(),
        "overdue": st.booleans(),
        "risk_level": st.sampled_from([None, 2, 5]),
        "is_suppressed": st.booleans(),
        "is_control": st.booleans(),
        "withdraws": st.booleans(),
    }
)


@pytest.mark.usefixtures("now")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=st.lists(WISHES, min_size=1, max_size=6))
def test_whoever_was_written_to_had_no_reason_not_to_be(north: Any, wishes: list[dict[str, Any]]) -> None:
    tray = Tray()
    account = make_account(branch=north, tray=tray)
    people = [(wish, person_with(north, wish)) for wish in wishes]
    run = open_run(
        branch=north,
        people=[person for wish, person in people if not wish["is_control"]],
        control=[person for wish, person in people if wish["is_control"]],
        accounts=[account],
        product_kind="loan",
        product_risk=3,
    )
    for wish, person in people:
        if wish["withdraws"] and wish["consents"]:
            withdraw(person)
    drain(run)
    allowed = {person.pk for wish, person in people if may_be_sent_to(wish)}
    sent = set(Recipient.objects.filter(run=run, state="sent").values_list("customer_id", flat=True))
    assert sent == allowed and len(tray.messages) == len(allowed)
    assert Recipient.objects.filter(run=run, state="dropped", reason="").count() == 0


def person_with(branch: Any, wish: dict[str, Any]) -> Any:
    person = make_customer(
        branch=branch,
        consents=["sms"] if wish["consents"] else [],
        is_protected=wish["is_protected"],
        overdue=wish["overdue"],
        risk_level=wish["risk_level"],
        **({} if wish["phone"] else {"phone": None}),
    )
    if wish["is_suppressed"]:
        actions.suppress(customer_id=person.pk, now=NOW)
    return person


def may_be_sent_to(wish: dict[str, Any]) -> bool:
    against = ("is_protected", "overdue", "is_suppressed", "is_control", "withdraws")
    return (
        wish["consents"]
        and wish["phone"]
        and wish["risk_level"] == 5
        and not any(wish[each] for each in against)
    )


def withdraw(person: Any) -> None:
    customers.withdraw_consent(
        customer_id=person.pk, channel="sms", purpose="marketing", source="test", now=NOW
    )


@pytest.mark.usefixtures("now")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_is_marked_after_a_withdrawal_at_whatever_moment(north: Any, data: st.DataObject) -> None:
    """Withdrawals fall between the batches at random; whoever had withdrawn before a batch is not in it."""
    people = [make_customer(branch=north, consents=["sms"]) for _ in range(6)]
    run = open_run(branch=north, people=people)
    gone: set[int] = set()
    for batch in range(4):
        for person in data.draw(
            st.lists(st.sampled_from(people), max_size=2, unique=True), label=f"batch {batch}"
        ):
            withdraw(person)
            gone.add(person.pk)
        now = NOW + timedelta(seconds=batch)
        marked = actions.sending.mark_batch(
            run_id=run.pk, channel="sms", worker=uuid.uuid4(), size=2, now=now
        )
        assert gone.isdisjoint(person.customer_id for person in marked.people)
    states = dict(Recipient.objects.filter(run=run).values_list("customer_id", "state"))
    assert set(states.values()) <= {"sending", "dropped"}
