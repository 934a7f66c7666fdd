"""Parts of the audiences benchmark, each run in a process of its own: ``python -m benchmarks.audiences_parts PART``.

The last line it prints is JSON: what was measured, and the most memory the process ever held.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.audience_lake import NOW, TODAY, make
from benchmarks.audiences_eight import EIGHT, Audience, Rule, check_sums, leaf
from benchmarks.audiences_kept import member, refresh, save_audiences, snapshot, tick
from benchmarks.audiences_measure import (
    CUSTOMERS,
    ByHand,
    Clock,
    Found,
    by_product,
    files_of_lake,
    forget,
    interleaved,
    same,
    scope,
    sums,
)


def make_lake() -> Found:
    with Clock() as clock:
        make(CUSTOMERS, lambda what: print(what, flush=True))
    files = [Path(each) for of in files_of_lake().values() for each in of]
    return {"seconds": clock.wall, "lake_mb": sum(each.stat().st_size for each in files) / 1e6}


def raw() -> Found:
    """The product's engine beside the hand-written SQL, over the lake's files alone."""
    hand, found = ByHand(), {}
    for audience in EIGHT:
        same(audience, hand.preview(audience), sums(by_product(audience)))
        one, other = interleaved(_bound(hand.preview, audience), _bound(by_product, audience))
        found[audience.name] = {
            "n": hand.preview(audience)[0],
            "hand": one.wall,
            "product": other.wall,
            "ratio": other.wall / one.wall,
            "cpu_ratio": other.cpu / one.cpu,
        }
        print(audience.name, found[audience.name], flush=True)
    return found


def hand_alone() -> Found:
    hand = ByHand()
    for audience in EIGHT:
        hand.preview(audience)
    return {}


def product_alone() -> Found:
    """HUIQUN_LAKE_MEMORY is that of the environment."""
    found = {}
    for audience in EIGHT:
        (times,) = interleaved(_bound(by_product, audience))
        found[audience.name] = times.wall
    return found


def small_memory() -> Found:
    """The same with the limit of a job at 300 MB and at what it is set to, in turns: the second of two rounds."""
    from django.conf import settings

    from huiqun.foundation import lake
    from huiqun.foundation.lake import reading

    usual = settings.HUIQUN_LAKE_MEMORY

    def ask(audience: Audience, limit: str) -> Callable[[], float]:
        def ask_it() -> float:
            with Clock() as clock:
                by_product(audience)
            return clock.wall

        return ask_it

    found = {}
    for audience in EIGHT:
        seen: dict[str, list[float]] = {usual: [], "300MB": []}
        for _round in range(2):
            for limit, walls in seen.items():
                settings.HUIQUN_LAKE_MEMORY = limit
                reading._open.clear()
                lake.connect().close()
                walls.append(ask(audience, limit)())
        found[audience.name] = seen["300MB"][1] / seen[usual][1]
    return found


def build() -> Found:
    """Every feature there is: of presets, of common questions, of the eight audiences."""
    from huiqun.audiences import features

    with Clock() as clock:
        state = features.build(now=NOW, today=TODAY)
    size = state.base_path.stat().st_size / 1e6
    return {"seconds": clock.wall, "cpu": clock.cpu, "features": len(state.kept), "file_mb": size}


def with_features() -> Found:
    """The engine on the feature file; and the product's count when it knows nothing yet."""
    from huiqun.audiences import bitmaps, queries, rules

    hand, found = ByHand(), {}

    def count_cold(audience: Audience) -> None:
        forget()
        bitmaps.chosen(rules.parse(audience.rule), scope())

    for audience in EIGHT:
        same(audience, hand.preview(audience), sums(by_product(audience)))
        same(audience, hand.preview(audience), sums(bitmaps.chosen(rules.parse(audience.rule), scope())))
        one, other, cold = interleaved(
            _bound(hand.preview, audience), _bound(by_product, audience), _bound(count_cold, audience)
        )
        with Clock() as again:
            queries.count(rule=audience.rule, branch_ids=None, today=TODAY)
        with Clock() as again:
            queries.count(rule=audience.rule, branch_ids=None, today=TODAY)
        found[audience.name] = {
            "hand": one.wall,
            "features": other.wall,
            "ratio": other.wall / one.wall,
            "count_cold": cold.wall,
            "count_again": again.wall,
        }
        print(audience.name, found[audience.name], flush=True)
    return found


EDITS: Mapping[str, Sequence[Rule]] = {
    "s1": [
        leaf("transactions.sum", "gt", 6000, days=30, kind=["spend"]),
        leaf("profile.age", "between", [26, 41]),
        leaf("profile.city", "eq", "杭州"),
    ],
    "s2": [
        leaf("holdings.changed", "last_days", each, product_kind=["fund_plan"], status=["paused"])
        for each in (60, 45, 30)
    ],
    "s3": [
        leaf("app_events.count", "gte", each, days=30, kind=["view"], topic=["study_abroad"])
        for each in (1, 3, 4)
    ],
    "s4": [leaf("aum.change", "lt", each, days=90) for each in (-40, -30, -60)],
    "s5": [
        leaf("holdings.due", "gte", each, days=30, product_kind=["deposit"]) for each in (30_000, 80_000, 1)
    ],
    "s6": [leaf("holdings.active_kinds", "lt", each) for each in (1, 3, 4)],
    "s7": [leaf("aum.now", "between", [each, each + 10_000]) for each in (30_000, 90_000, 190_000)],
    "s8": [leaf("profile.opened_days", "lte", each) for each in (365, 730, 1_000)],
}


def edit() -> Found:
    """The count as the page asks for it, after one condition has changed; all others are known."""
    from huiqun.audiences import queries

    found = {}
    for audience in EIGHT:
        forget()
        exact_count(audience.rule)
        walls = []
        for changed in EDITS[audience.name]:
            rule = {"all": [*audience.rule["all"][:-1], changed]}
            with Clock() as clock:
                answer = queries.counting(rule=rule, branch_ids=None, today=TODAY)
            assert answer.exact, (audience.name, changed)
            walls.append(clock.wall)
        found[audience.name] = {"ms": max(walls) * 1000, "median_ms": median(walls) * 1000}
        print(audience.name, found[audience.name], flush=True)
    return found


def exact_count(rule: Rule) -> int:
    from huiqun.audiences import queries

    while True:
        answer = queries.counting(rule=rule, branch_ids=None, today=TODAY)
        if answer.exact and not answer.pending and answer.n is not None:
            return answer.n
        if answer.refusal is not None:
            raise answer.refusal
        time.sleep(0.02)


def edit_without_feature() -> Found:
    """A window that no feature has: first an estimate, then the exact number."""
    from huiqun.audiences import queries
    from huiqun.audiences.bitmaps import samples

    samples.draw()
    first, exact, inside = [], [], 0
    for days in (17, 23, 38):
        forget()
        exact_count(EIGHT[0].rule)
        changed = leaf("transactions.sum", "gt", 5000, days=days, kind=["spend"])
        rule = {"all": [*EIGHT[0].rule["all"][:-1], changed]}
        with Clock() as until_exact:
            with Clock() as until_first:
                estimate = queries.counting(rule=rule, branch_ids=None, today=TODAY)
            n = exact_count(rule)
        first.append(until_first.wall)
        exact.append(until_exact.wall)
        inside += (
            estimate.low is not None and estimate.high is not None and estimate.low <= n <= estimate.high
        )
    return {"first_ms": max(first) * 1000, "exact_ms": max(exact) * 1000, "inside": inside, "of": len(first)}


def plans() -> Found:
    """EXPLAIN ANALYZE of those named by HUIQUN_BENCH_PLANS, by hand and as the product asks it."""
    from huiqun.audiences import rules
    from huiqun.audiences.engine import engine
    from huiqun.foundation import lake

    wanted = os.environ.get("HUIQUN_BENCH_PLANS", "").split(",")
    hand = ByHand()
    for audience in (each for each in EIGHT if each.name in wanted):
        asked = engine().sql(rules.parse(audience.rule), scope())
        for title, connection, query in (
            ("by hand", hand.connection, audience.preview),
            ("product", lake.connect(), check_sums(asked)),
        ):
            print(f"== {audience.name} {title}\n{query}")
            print(connection.execute(f"EXPLAIN ANALYZE {query}").fetchall()[0][1], flush=True)
    return {}


def files() -> Found:
    return {"files": files_of_lake()}


def _bound(work: Callable[[Audience], object], audience: Audience) -> Callable[[], object]:
    return lambda: work(audience)


PARTS: Mapping[str, Callable[[], Found]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        *(make_lake, raw, hand_alone, product_alone, small_memory, save_audiences, build, with_features),
        *(edit, edit_without_feature, refresh, tick, snapshot, member, plans, files),
    )
}


@contextmanager
def _product() -> Iterator[None]:
    import django

    django.setup()
    from benchmarks import audiences_fields

    audiences_fields.register()
    yield


def peak_mb() -> float:
    """The most memory this process ever held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main(part: str) -> None:
    with _product():
        found = PARTS[part]()
    print(json.dumps({**found, "peak_mb": peak_mb()}, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
