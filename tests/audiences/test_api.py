"""Audiences and members of snapshots for programs."""

import pytest

from huiqun.audiences.models import Snapshot
from huiqun.foundation.models import Fact
from tests.makers.audiences import make_audience, make_lake, make_snapshot, profile
from tests.makers.customers import make_customer
from tests.makers.foundation import program

MEMBERS = "/api/audiences/snapshots/{}/members/"


@pytest.fixture
def snapshot(north, now):
    people = [make_customer(branch=north) for _ in range(5)]
    make_lake(profiles=[profile(each.pk, north) for each in people])
    snapshot = make_snapshot(branch=north)
    snapshot.numbers = [each.number for each in sorted(people, key=lambda each: each.pk)]
    return snapshot


def test_lists_audiences_with_their_rule_and_snapshots(north, snapshot, now):
    caller = program(north, "audiences:read")
    (line,) = caller.get("/api/audiences/").json()["items"]
    one = caller.get(f"/api/audiences/{line['audience_id']}/").json()
    assert (one["name"], one["branch"], one["version"], one["rule"]) == ("全部客户", "N", 1, {"all": []})
    (frozen,) = caller.get(f"/api/audiences/{line['audience_id']}/snapshots/").json()["items"]
    assert (frozen["snapshot_id"], frozen["count"]) == (snapshot.pk, 5)


def test_reads_who_was_in_a_snapshot_page_by_page_and_records_it(north, snapshot, now):
    caller, address = program(north, "audiences:members"), MEMBERS.format(snapshot.pk)
    seen, place, pages = [], "", 0
    while True:
        asked = {"after": place} if place else {}
        page = caller.get(address, purpose="analysis", size=2, **asked).json()
        seen += [each["customer_number"] for each in page["items"]]
        pages += 1
        if not (place := page["next"]):
            break
    assert seen == snapshot.numbers and pages == 3
    facts = Fact.objects.filter(kind="audiences.SnapshotMembersRead").order_by("id")
    assert [(fact.body["count"], fact.body["is_first"]) for fact in facts] == [
        (2, True),
        (2, False),
        (1, False),
    ]
    assert {fact.body["purpose"] for fact in facts} == {"analysis"}


def test_stays_as_of_the_snapshot_while_the_lake_moves_on(north, snapshot, now):
    make_lake(profiles=[profile(make_customer(branch=north).pk, north)])
    page = program(north, "audiences:members").get(MEMBERS.format(snapshot.pk), purpose="analysis").json()
    assert [each["customer_number"] for each in page["items"]] == snapshot.numbers


def test_a_place_of_one_snapshot_opens_no_other(north, snapshot, now):
    caller = program(north, "audiences:members")
    page = caller.get(MEMBERS.format(snapshot.pk), purpose="analysis", size=1).json()
    other = make_snapshot(branch=north, audience=make_audience(branch=north, name="另一个"), key="x")
    refused = caller.get(MEMBERS.format(other.pk), purpose="analysis", after=page["next"])
    assert (refused.status_code, refused.json()["code"]) == (400, "api.wrong_place")


@pytest.mark.parametrize("query", [{}, {"purpose": "curiosity"}])
def test_members_are_read_for_a_purpose_or_not_at_all(north, snapshot, now, query):
    refused = program(north, "audiences:members").get(MEMBERS.format(snapshot.pk), **query)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["purpose"])
    assert not Fact.objects.filter(kind="audiences.SnapshotMembersRead").exists()


def test_customers_who_moved_to_another_branch_are_left_out(north, south, snapshot, now):
    from huiqun.customers.models import Customer

    Customer.objects.filter(number=snapshot.numbers[0]).update(branch=south)
    page = program(north, "audiences:members").get(MEMBERS.format(snapshot.pk), purpose="analysis").json()
    assert [each["customer_number"] for each in page["items"]] == snapshot.numbers[1:]


def test_snapshots_of_another_branch_are_not_there(north, south, snapshot, now):
    assert Snapshot.objects.count() == 1
    caller = program(south, "audiences:members")
    assert caller.get(MEMBERS.format(snapshot.pk), purpose="analysis").status_code == 404
