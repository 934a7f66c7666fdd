"""Parts of the audiences benchmark about what is kept: members in step with the lake, snapshots, one customer."""

import os
import time
from datetime import timedelta
from statistics import median
from typing import Any

from benchmarks import bank
from benchmarks.audience_lake import NOW, TODAY, five_minutes
from benchmarks.audiences_eight import EIGHT, Audience, Rule, leaf
from benchmarks.audiences_measure import CUSTOMERS, ByHand, Clock, Found, forget, same, sums

LOOKS = 1_000
AVERAGE, PEAK = 1, 20
"""Five minutes of events as in the average of the day, and twenty times as many."""
HALF: Rule = {"all": [leaf("profile.sex", "eq", "F")]}


def save_audiences() -> Found:
    """The eight, once. Members of an earlier run go: their files went with it."""
    from django.db import connection

    from huiqun.audiences import actions
    from huiqun.audiences.models import Audience as Saved
    from huiqun.foundation.models import Branch

    head = Branch.objects.get(code="HO")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audiences_membership")
    for audience in EIGHT:
        known = Saved.objects.filter(name=audience.title).first()
        actions.save_audience(
            name=audience.title,
            rule=audience.rule,
            branch_id=head.pk,
            audience_id=known.pk if known else None,
            by=None,
            now=NOW,
        )
    return {"audiences": Saved.objects.current().count()}


def refresh() -> Found:
    from huiqun.audiences import actions

    with Clock() as clock:
        done = actions.refresh_memberships(now=NOW)
    assert not done.problems, done.problems
    return {"seconds": clock.wall}


def tick() -> Found:
    """Five minutes of events: published, folded into the features, and into the members of every audience."""
    from huiqun.audiences import actions, features
    from huiqun.foundation import lake

    actions.refresh_memberships(now=NOW)
    found: Found = {}
    at = NOW
    for times in (AVERAGE, PEAK):
        published, folded, refreshed, rows = [], [], [], 0
        for number in range(3):
            at += timedelta(minutes=5)
            batches = five_minutes(CUSTOMERS, number + 10 * times, times=times)
            rows = sum(each.num_rows for each in batches.values())
            for dataset, table in batches.items():
                lake.stage(dataset, table, partition=f"{TODAY:%Y-%m}")
            with Clock() as clock:
                lake.publish(now=at)
            published.append(clock.wall)
            with Clock() as clock:
                state = features.tick(now=at, today=TODAY)
            assert state is not None and state.lake_version == lake.version()
            folded.append(clock.wall)
            with Clock() as clock:
                done = actions.refresh_memberships(now=at)
            assert not done.problems, done.problems
            refreshed.append(clock.wall)
        found["peak" if times == PEAK else "average"] = {
            "rows": rows,
            "publish": median(published),
            "features": median(folded),
            "memberships": median(refreshed),
            "fold": median(map(sum, zip(folded, refreshed, strict=True))),
        }
        print(found, flush=True)
    for audience in EIGHT:
        same(audience, ByHand().preview(audience), sums(_members(audience)))
    return found


def _members(audience: Audience) -> Any:
    from huiqun.audiences import queries
    from huiqun.audiences.models import Audience as Saved

    saved = Saved.objects.get(name=audience.title)
    return queries.members(audience_id=saved.pk, staff=None, today=TODAY)


def snapshot() -> Found:
    """Every second customer of the bank, with a control group, frozen and taken over as Arrow batches."""
    from huiqun.audiences import actions, queries
    from huiqun.audiences.models import Audience as Saved
    from huiqun.foundation.models import Branch

    head = Branch.objects.get(code="HO")
    saved = actions.save_audience(name="半数客户", rule=HALF, branch_id=head.pk, by=None, now=NOW)
    key = f"bench:{time.time_ns()}"
    forget()
    with Clock() as frozen:
        snapshot_id = actions.freeze_snapshot(
            audience_version_id=saved.version_id, key=key, branch_id=head.pk, by=None, now=NOW
        )
    with Clock() as handed:
        rows = sum(each.num_rows for each in queries.snapshot_batches(snapshot_id, size=5_000))
    told = queries.snapshot(snapshot_id)
    assert rows == told.count
    actions.archive_audience(
        audience_id=saved.audience_id, by=bank.make_staff("bench-admin", head, "administrator"), now=NOW
    )
    assert not Saved.objects.current().filter(pk=saved.audience_id).exists()
    return {"ids": rows, "control": told.control / rows, "freeze": frozen.wall, "hand_over": handed.wall}


def member() -> Found:
    """One of several readers at once: is this customer in that audience, and why not."""
    import numpy as np

    from huiqun.audiences import queries
    from huiqun.audiences.models import Audience as Saved

    dice = np.random.default_rng(os.getpid())
    saved = {each.name: each.pk for each in Saved.objects.current()}

    def ask(number: int, customer: int) -> float:
        audience = EIGHT[number % 8]
        with Clock() as clock:
            queries.why(rule=audience.rule, customer_id=customer, branch_ids=None, today=TODAY)
        return clock.wall

    def look(number: int, customer: int) -> float:
        with Clock() as clock:
            queries.is_in(audience_id=saved[EIGHT[number % 8].title], customer_id=customer)
        return clock.wall

    found = {}
    for name, question in (("why", ask), ("is_in", look)):
        who = [int(each) for each in dice.integers(1, CUSTOMERS + 1, LOOKS)]
        for number in range(24):
            question(number, who[number])
        walls = sorted(question(number, each) for number, each in enumerate(who))
        found[name] = {"p50": walls[len(walls) // 2] * 1000, "p99": walls[len(walls) * 99 // 100] * 1000}
    ids = _members(EIGHT[6])
    who = [int(each) for each in dice.integers(1, CUSTOMERS + 1, LOOKS)]
    with Clock() as clock:
        for each in who:
            each in ids  # noqa: B015
    found["bitmap"] = {"p50": clock.wall / LOOKS * 1000, "p99": clock.wall / LOOKS * 1000}
    return found
