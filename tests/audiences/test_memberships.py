"""Who is in an audience is kept in step with the lake and the calendar, and who came and went is told."""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from huiqun.audiences import actions, bitmaps, features, memberships, queries, rules
from huiqun.audiences.models import Audience, Membership, SizeOfDay
from huiqun.audiences.refusals import (
    AudienceInUse,
    IdsGone,
    NoLakeYet,
    OverlapOfTooFew,
    PercentWrong,
    RefersToItself,
    UnknownAudience,
)
from huiqun.foundation import lake
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.makers.audiences import NOW, TODAY, make_audience, make_lake, profile, transaction
from tests.makers.customers import make_consent, make_customer

WOMEN = {"field": "profile.sex", "op": "eq", "value": "F"}
NEW = {"field": "profile.opened", "op": "last_days", "value": 2}
SPENT = {"field": "transactions.count", "with": {"days": 30}, "op": "gte", "value": 1}
DAY = timedelta(days=1)
SHAPE = lake.DATASETS["profiles"].schema


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    bitmaps.shelf.clear()
    yield
    bitmaps.shelf.clear()


def people(branch: Any, women: Any, men: Any = (), **over: Any) -> int:
    rows = [profile(each, branch, sex="F", **over) for each in women]
    return make_lake(profiles=rows + [profile(each, branch, sex="M", **over) for each in men])


def refresh(now: Any = NOW) -> actions.Refreshed:
    found = actions.refresh_memberships(now=now)
    assert found.problems == ()
    return found


def ids(audience: Audience) -> set[int]:
    batches = queries.membership_batches(audience_id=audience.pk, staff=None, today=TODAY)
    return {each for batch in batches for each in batch.column(0).to_pylist()}


def told(audience: Audience) -> list[tuple[str, int, str]]:
    found = queries.changes(audience_id=audience.pk, staff=None)
    return [(each.kind, each.n, each.because) for each in reversed(found)]


def test_writes_down_who_is_in_an_audience(north: Any) -> None:
    people(north, [1, 2, 3], [4])
    audience = make_audience(branch=north, rule=WOMEN)
    found = refresh()
    assert (found.audiences, found.changed, found.entered, found.left) == (1, 1, 3, 0)
    assert ids(audience) == {1, 2, 3}
    kept = queries.membership(audience_id=audience.pk, staff=None, today=TODAY)
    assert kept is not None
    assert (kept.count, kept.number, kept.as_of, kept.stale) == (3, 1, TODAY, False)
    assert told(audience) == [("entered", 3, "first")]
    assert queries.is_in(audience_id=audience.pk, customer_id=3)
    assert not queries.is_in(audience_id=audience.pk, customer_id=4)


def test_only_customers_of_the_audiences_branch(north: Any, south: Any, head_office: Any) -> None:
    make_lake(profiles=[profile(1, north, sex="F"), profile(2, south, sex="F")])
    of_north, of_all = make_audience(branch=north, rule=WOMEN), make_audience(branch=head_office, rule=WOMEN)
    refresh()
    assert ids(of_north) == {1} and ids(of_all) == {1, 2}
    narrowed = queries.membership_batches(audience_id=of_all.pk, staff=None, today=TODAY, branch_id=south.pk)
    assert [batch.column(0).to_pylist() for batch in narrowed] == [[2]]


def test_tells_who_entered_and_who_left(north: Any) -> None:
    people(north, [1, 2, 3], [4])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    people(north, [2, 3, 4, 5])
    found = refresh(NOW + timedelta(minutes=5))
    assert (found.entered, found.left) == (2, 1)
    assert told(audience)[1:] == [("entered", 2, "data"), ("left", 1, "data")]
    left, entered = queries.changes(audience_id=audience.pk, staff=None)[:2]
    for change, wanted in ((left, {1}), (entered, {4, 5})):
        assert set(queries.changed_ids(audience_id=audience.pk, file_digest=change.file_digest)) == wanted
    fact = Fact.objects.get(kind="audiences.CustomersLeft")
    assert fact.body["ids_digest"] == left.file_digest and "1" not in str(fact.body.get("ids"))


def test_nothing_is_told_when_nobody_came_or_went(north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    version = people(north, [1, 2])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    refresh()
    make_lake(profiles=[profile(1, north, sex="F", city="杭州"), profile(2, north, sex="F")])
    refresh()
    assert Fact.objects.filter(subject=f"audience:{audience.pk}").exclude(kind__endswith="Saved").count() == 1
    kept = Membership.objects.get()
    assert kept.lake_version == version + 1


def test_works_out_only_what_something_has_changed_for(north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    people(north, [1, 2], [3], opened_date=TODAY)
    for rule in (WOMEN, SPENT, NEW):
        make_audience(branch=north, rule=rule)
    refresh()
    worked_out: list[Any] = []
    original = bitmaps.chosen

    def chosen(node: Any, scope: Any) -> Any:
        worked_out.append(node.field.name)
        return original(node, scope)

    monkeypatch.setattr(bitmaps, "chosen", chosen)
    refresh()
    assert worked_out == []
    make_lake(transactions=[transaction("t1", 3, "spend", amount_fen=1)])
    found = refresh()
    assert worked_out == ["transactions.count"] and found.entered == 1
    worked_out.clear()
    found = refresh(NOW + 2 * DAY)
    assert sorted(worked_out) == ["profile.opened", "transactions.count"] and found.left == 3


def test_midnight_alone_makes_customers_leave(north: Any) -> None:
    people(north, [1], opened_date=TODAY)
    audience = make_audience(branch=north, rule=NEW)
    refresh()
    refresh(NOW + 2 * DAY)
    assert told(audience) == [("entered", 1, "first"), ("left", 1, "day")]


def test_a_new_version_is_told_as_one(north: Any) -> None:
    people(north, [1, 2], [3])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    actions.save_audience(
        name="x", rule={"not": WOMEN}, branch_id=north.pk, audience_id=audience.pk, by=None, now=NOW
    )
    kept = queries.membership(audience_id=audience.pk, staff=None, today=TODAY)
    assert kept is not None and kept.stale
    refresh()
    assert told(audience)[1:] == [("entered", 1, "rule"), ("left", 2, "rule")]


def test_an_archived_audience_is_left_as_it_was(north: Any, marketer: Any) -> None:
    people(north, [1, 2])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    actions.archive_audience(audience_id=audience.pk, by=marketer, now=NOW)
    people(north, [1])
    assert refresh().audiences == 0
    assert Membership.objects.get().count == 2


def test_one_audience_that_is_refused_does_not_keep_the_others(
    north: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(north, [1])
    broken, good = make_audience(branch=north, rule=WOMEN), make_audience(branch=north, rule=SPENT)
    original = rules.parse

    def parse(rule: Any) -> Any:
        if rule == WOMEN:
            raise rules.RuleInvalid(path="rule")
        return original(rule)

    monkeypatch.setattr(rules, "parse", parse)
    found = actions.refresh_memberships(now=NOW)
    assert [audience_id for audience_id, _refusal in found.problems] == [broken.pk]
    assert Membership.objects.get().audience_id == good.pk


def test_what_comes_late_from_an_older_version_changes_nothing(north: Any) -> None:
    people(north, [1, 2])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh(NOW + DAY)
    Membership.objects.update(stamp="")
    refresh(NOW)
    assert Membership.objects.get().as_of == TODAY + DAY and len(told(audience)) == 1


def test_all_or_nothing(north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Membership, facts and size history stand or fall together."""
    people(north, [1, 2])
    make_audience(branch=north, rule=WOMEN)
    module = sys.modules["huiqun.audiences.actions.memberships"]
    monkeypatch.setattr(module, "note_size", lambda *args, **given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.refresh_memberships(now=NOW)
    assert not Membership.objects.exists()
    assert not Fact.objects.filter(kind="audiences.CustomersEntered").exists()


def test_refuses_while_there_is_no_data(north: Any) -> None:
    audience = make_audience(branch=north, rule=WOMEN)
    with pytest.raises(NoLakeYet):
        actions.refresh_memberships(now=NOW)
    with pytest.raises(NoLakeYet):
        actions.refresh_membership(audience_id=audience.pk, now=NOW)


def test_batches_go_on_from_where_one_stopped(north: Any) -> None:
    people(north, range(1, 26))
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    first = next(queries.membership_batches(audience_id=audience.pk, staff=None, today=TODAY, size=10))
    rest = queries.membership_batches(
        audience_id=audience.pk, staff=None, today=TODAY, size=10, after=first.column(0)[-1].as_py()
    )
    assert [batch.num_rows for batch in rest] == [10, 5]


def test_a_file_that_was_changed_is_refused(north: Any) -> None:
    people(north, [1, 2])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    for path in (lake.folder() / "memberships").rglob("*.roaring"):
        path.write_bytes(path.read_bytes() + b"x")
    bitmaps.shelf.clear()
    with pytest.raises(IdsGone):
        ids(audience)


def test_begins_anew_when_the_files_are_lost(north: Any) -> None:
    people(north, [1, 2])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    for path in (lake.folder() / "memberships").rglob("*.roaring"):
        path.unlink()
    bitmaps.shelf.clear()
    refresh()
    assert ids(audience) == {1, 2}
    assert told(audience) == [("entered", 2, "first"), ("entered", 2, "first")]


def test_files_of_the_present_are_never_swept(north: Any) -> None:
    people(north, [1, 2, 3])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    people(north, [1, 2])
    refresh()
    late = NOW + timedelta(days=36500)
    assert memberships.sweep(now=late, keep=[Membership.objects.get().ids_digest]) == 2
    bitmaps.shelf.clear()
    assert ids(audience) == {1, 2}
    change = queries.changes(audience_id=audience.pk, staff=None)[0]
    with pytest.raises(IdsGone):
        queries.changed_ids(audience_id=audience.pk, file_digest=change.file_digest)


def test_another_branch_sees_nothing_of_it(north: Any, stranger: Any, marketer: Any) -> None:
    people(north, [1, 2])
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    digest = queries.changes(audience_id=audience.pk, staff=marketer)[0].file_digest
    ways: list[Any] = [
        lambda: queries.membership(audience_id=audience.pk, staff=stranger, today=TODAY),
        lambda: queries.membership_batches(audience_id=audience.pk, staff=stranger, today=TODAY),
        lambda: queries.changes(audience_id=audience.pk, staff=stranger),
        lambda: queries.changed_cards(audience_id=audience.pk, file_digest=digest, staff=stranger),
        lambda: queries.trend(audience_id=audience.pk, staff=stranger),
        lambda: queries.size_watch(audience_id=audience.pk, staff=stranger),
        lambda: queries.schedules(audience_id=audience.pk, staff=stranger),
        lambda: queries.overlap(audience_ids=[audience.pk] * 2 + [0], staff=stranger, today=TODAY),
        lambda: queries.profile(audience_id=audience.pk, staff=stranger, today=TODAY),
        lambda: actions.watch_size(audience_id=audience.pk, percent=5, by=stranger, now=NOW),
    ]
    for way in ways:
        with pytest.raises(NotFound):
            way()


def test_a_digest_of_another_audience_opens_nothing(north: Any) -> None:
    people(north, [1], [2])
    one, other = make_audience(branch=north, rule=WOMEN), make_audience(branch=north, rule={"not": WOMEN})
    refresh()
    digest = queries.changes(audience_id=one.pk, staff=None)[0].file_digest
    with pytest.raises(NotFound):
        queries.changed_ids(audience_id=other.pk, file_digest=digest)


# Sizes


def test_the_trend_has_a_point_for_each_day(north: Any, marketer: Any) -> None:
    audience = make_audience(branch=north, rule=WOMEN)
    people(north, [1, 2])
    refresh()
    people(north, [1, 2, 3])
    refresh(NOW + timedelta(minutes=5))
    people(north, [3])
    refresh(NOW + DAY)
    refresh(NOW + 2 * DAY)
    found = queries.trend(audience_id=audience.pk, staff=marketer)
    assert [(point.day, point.n, point.entered, point.left) for point in found] == [
        (TODAY, 3, 1, 0),
        (TODAY + DAY, 1, 0, 2),
        (TODAY + 2 * DAY, 1, 0, 0),
    ]


def test_a_watched_size_that_moves_too_far_is_told_once_a_day(north: Any, marketer: Any) -> None:
    audience = make_audience(branch=north, rule=WOMEN)
    actions.watch_size(audience_id=audience.pk, percent=20, by=marketer, now=NOW)
    assert queries.size_watch(audience_id=audience.pk, staff=marketer) == 20
    people(north, range(1, 101))
    refresh()
    people(north, range(1, 82))
    refresh(NOW + DAY)
    assert not Fact.objects.filter(kind="audiences.AudienceSizeMoved").exists()
    people(north, range(1, 65))
    refresh(NOW + 2 * DAY)
    people(north, range(1, 60))
    refresh(NOW + 2 * DAY + timedelta(minutes=5))
    fact = Fact.objects.get(kind="audiences.AudienceSizeMoved")
    assert (fact.body["before"], fact.body["after"], fact.body["percent"]) == (81, 64, -20)
    (line,) = queries.moved(staff=marketer, day=TODAY + 2 * DAY)
    assert (line.name, line.before, line.after, line.percent) == ("全部客户", 81, 59, -27)
    assert queries.moved(staff=marketer, day=TODAY) == ()
    assert [point.alerted for point in queries.trend(audience_id=audience.pk, staff=marketer)] == [
        False,
        False,
        True,
    ]


def test_nobody_is_told_when_nobody_watches(north: Any, marketer: Any) -> None:
    audience = make_audience(branch=north, rule=WOMEN)
    actions.watch_size(audience_id=audience.pk, percent=20, by=marketer, now=NOW)
    actions.watch_size(audience_id=audience.pk, percent=None, by=marketer, now=NOW)
    people(north, range(1, 101))
    refresh()
    people(north, [1])
    refresh(NOW + DAY)
    assert queries.size_watch(audience_id=audience.pk, staff=marketer) is None
    assert not Fact.objects.filter(kind="audiences.AudienceSizeMoved").exists()
    assert SizeOfDay.objects.filter(moved_from__isnull=True).count() == 2


@pytest.mark.parametrize("percent", [0, -1, 1001])
def test_refuses_a_percentage_that_is_none(north: Any, marketer: Any, percent: int) -> None:
    audience = make_audience(branch=north)
    with pytest.raises(PercentWrong):
        actions.watch_size(audience_id=audience.pk, percent=percent, by=marketer, now=NOW)
    assert queries.size_watch(audience_id=audience.pk, staff=marketer) is None


# Audiences that refer to others


def within(audience: Audience) -> dict[str, Any]:
    return {"field": f"audience:{audience.pk}", "op": "eq", "value": True}


def save(rule: Any, branch: Any, audience: Audience | None = None, by: Any = None) -> Audience:
    saved = actions.save_audience(
        name="引用",
        rule=rule,
        branch_id=branch.pk,
        audience_id=audience.pk if audience else None,
        by=by,
        now=NOW,
    )
    return Audience.objects.get(pk=saved.audience_id)


def test_a_rule_may_ask_for_members_of_another_audience(north: Any) -> None:
    people(north, [1, 2, 3], [4], opened_date=TODAY)
    women = make_audience(branch=north, rule=WOMEN)
    rest = save({"all": [NEW, {"not": within(women)}]}, north)
    assert queries.count(rule=within(women), branch_ids=None, today=TODAY).n == 3
    refresh()
    assert ids(rest) == {4}
    people(north, [1], [2, 3, 4], opened_date=TODAY)
    features.build(now=NOW, today=TODAY)
    refresh()
    assert ids(rest) == {2, 3, 4}


def test_those_that_are_referred_to_come_first(north: Any) -> None:
    """Whatever their numbers are: an older audience may refer to a newer one."""
    people(north, [1, 2], [3])
    older = make_audience(branch=north, rule=WOMEN)
    newer = make_audience(branch=north, rule=WOMEN)
    save(within(newer), north, older)
    refresh()
    people(north, [1], [2, 3])
    refresh()
    assert ids(older) == {1}


def test_refuses_a_circle_and_says_which_way_it_goes(north: Any) -> None:
    one, two, three = (make_audience(branch=north, name=name) for name in ("甲", "乙", "丙"))
    save(within(one), north, two)
    Audience.objects.filter(pk=two.pk).update(name="乙")
    save({"any": [WOMEN, {"not": within(two)}]}, north, three)
    Audience.objects.filter(pk=three.pk).update(name="丙")
    with pytest.raises(RefersToItself) as refused:
        save({"all": [WOMEN, within(three)]}, north, one)
    assert refused.value.path == "rule.all[1].field"
    assert refused.value.values["way"] == "甲 → 丙 → 乙 → 甲"
    assert one.versions.count() == 1


def test_refuses_to_refer_to_itself(north: Any) -> None:
    audience = make_audience(branch=north)
    with pytest.raises(RefersToItself):
        save(within(audience), north, audience)


def test_refuses_what_is_archived_or_of_another_branch(
    north: Any, south: Any, marketer: Any, head_marketer: Any
) -> None:
    archived, foreign = make_audience(branch=north), make_audience(branch=south)
    actions.archive_audience(audience_id=archived.pk, by=marketer, now=NOW)
    for each in (archived, foreign):
        with pytest.raises(UnknownAudience):
            save(within(each), north, by=marketer)
    assert save(within(foreign), north, by=head_marketer)


def test_what_others_refer_to_is_not_archived(north: Any, marketer: Any) -> None:
    audience = make_audience(branch=north)
    user = save(within(audience), north)
    assert [each.audience_id for each in queries.used_by(audience_id=audience.pk, staff=marketer)] == [
        user.pk
    ]
    with pytest.raises(AudienceInUse):
        actions.archive_audience(audience_id=audience.pk, by=marketer, now=NOW)
    audience.refresh_from_db()
    assert audience.archived_at is None


# Overlap and profile


def test_every_region_of_an_overlap(north: Any, marketer: Any) -> None:
    people(north, range(1, 11), range(11, 21), opened_date=TODAY)
    make_lake(transactions=[transaction(f"t{each}", each, "spend") for each in range(6, 16)])
    audiences = [make_audience(branch=north, rule=rule) for rule in (WOMEN, SPENT, NEW)]
    refresh()
    found = queries.overlap(audience_ids=[each.pk for each in audiences], staff=marketer, today=TODAY)
    assert {region.inside: region.n for region in found.regions} == {
        (0,): 0,
        (1,): 0,
        (2,): 5,
        (0, 1): 0,
        (0, 2): 5,
        (1, 2): 5,
        (0, 1, 2): 5,
    }
    assert found.union == 20 == sum(region.n for region in found.regions)
    assert [each.n for each in found.sets] == [10, 10, 20]
    assert (found.pairs[0][1].n, found.pairs[0][1].jaccard) == (5, 5 / 15)
    assert found.pairs[1][1].jaccard == 1.0


def test_regions_agree_with_plain_sets(north: Any, marketer: Any) -> None:
    people(north, range(1, 200), range(200, 400))
    numbers = [{"field": "profile.branch", "op": "eq", "value": north.pk}, WOMEN, {"not": WOMEN}]
    audiences = [make_audience(branch=north, rule=rule) for rule in (*numbers, *numbers)]
    refresh()
    sets = [ids(each) for each in audiences]
    found = queries.overlap(audience_ids=[each.pk for each in audiences], staff=marketer, today=TODAY)
    assert len(found.regions) == 63
    for region in found.regions:
        inside = set.intersection(*(sets[place] for place in region.inside))
        outside = set().union(*(sets[place] for place in range(6) if place not in region.inside))
        assert region.n == len(inside - outside)


@pytest.mark.parametrize("count", [1, 7])
def test_compares_two_to_six(north: Any, marketer: Any, count: int) -> None:
    people(north, [1])
    audiences = [make_audience(branch=north) for _ in range(count)]
    with pytest.raises(OverlapOfTooFew):
        queries.overlap(audience_ids=[each.pk for each in audiences], staff=marketer, today=TODAY)


def test_an_audience_beside_the_bank(north: Any, marketer: Any) -> None:
    customers = [make_customer(branch=north) for _ in range(4)]
    for each in customers[:2]:
        make_consent(customer=each)
    born = [date(2000, 1, 1), date(1990, 1, 1), date(1990, 1, 1), None]
    make_lake(
        profiles=[
            profile(each.pk, north, sex="F" if place < 2 else "M", birth_date=born[place], city="杭州")
            for place, each in enumerate(customers)
        ],
        aum=[{"dt": date(2026, 10, 31), "customer_id": customers[0].pk, "aum_fen": 4_999_999}],
        holdings=[
            {
                "dt": TODAY,
                "customer_id": each.pk,
                "product_code": "A",
                "product_kind": "fund",
                "amount_fen": 100,
            }
            for each in customers[1:3]
        ],
    )
    audience = make_audience(branch=north, rule=WOMEN)
    refresh()
    found = queries.profile(audience_id=audience.pk, staff=marketer, today=TODAY)
    assert (found.n, found.bank_n) == (2, 4)
    groups = {group.key: {bar.label: (bar.n, bar.bank_n) for bar in group.bars} for group in found.groups}
    assert groups["age"]["18–30"] == (1, 1) and groups["age"]["31–45"] == (1, 2)
    assert sorted(groups["age"].values())[-1] == (1, 2) and list(groups["age"].values())[-1] == (0, 1)
    assert groups["city"] == {"杭州": (2, 4)}
    assert (1, 1) in groups["aum"].values() and list(groups["aum"].values())[-1] == (1, 3)
    assert (1, 2) in groups["products"].values()
    assert next(iter(groups["reach"].values())) == (2, 2)
    age = next(group for group in found.groups if group.key == "age")
    assert age.bars[1].index == 2.0


# Whether one customer is in


def test_who_looks_up_a_customer_leaves_a_trace(north: Any, marketer: Any, analyst: Any) -> None:
    customer = make_customer(branch=north)
    people(north, [customer.pk])
    audience = make_audience(branch=north, rule=WOMEN)
    found = actions.explain_member(
        audience_id=audience.pk, customer_number=customer.number, by=marketer, now=NOW
    )
    assert found.member and found.lines[0].value
    fact = Fact.objects.get(kind="audiences.MemberLookedUp")
    assert (fact.body["customer_id"], fact.by_id) == (customer.pk, marketer.pk)


def test_a_customer_of_another_branch_is_not_looked_up(
    north: Any, south: Any, marketer: Any, head_office: Any
) -> None:
    customer = make_customer(branch=south)
    people(north, [customer.pk])
    audience = make_audience(branch=north, rule=WOMEN)
    for number in (customer.number, "nobody"):
        with pytest.raises(NotFound):
            actions.explain_member(audience_id=audience.pk, customer_number=number, by=marketer, now=NOW)
    assert not Fact.objects.filter(kind="audiences.MemberLookedUp").exists()


def test_values_are_shown_to_those_who_may_see_customers(north: Any, head_office: Any) -> None:
    from tests.conftest import make_staff

    customer = make_customer(branch=north)
    people(north, [customer.pk])
    audience = make_audience(branch=north, rule=WOMEN)
    reviewer = make_staff("reviewer", head_office, "compliance_reviewer")
    found = actions.explain_member(
        audience_id=audience.pk, customer_number=customer.number, by=reviewer, now=NOW
    )
    assert found.member and all(line.value is None for line in found.lines)


# The worker


def test_the_worker_follows_the_lake_and_the_calendar(north: Any, now: Any) -> None:
    from huiqun.audiences import tasks
    from huiqun.foundation import clock, jobs

    people(north, [1, 2])
    audience = make_audience(branch=north, rule=WOMEN)
    tasks.take_in_deliveries()
    jobs.run_pending()
    assert ids(audience) == {1, 2}
    assert not actions.memberships_are_behind(now=now)
    lake.stage("profiles", pa.Table.from_pylist([profile(9, north, sex="F")], schema=SHAPE), replace=True)
    tasks.take_in_deliveries()
    jobs.run_pending()
    assert ids(audience) == {9}
    assert actions.memberships_are_behind(now=now + DAY)
    save({"not": WOMEN}, north, audience)
    assert actions.memberships_are_behind(now=now)
    with clock.at(now + DAY):
        tasks.take_in_deliveries()
        jobs.run_pending()
        assert not actions.memberships_are_behind(now=now + DAY)
    assert ids(audience) == set()
