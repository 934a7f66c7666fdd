"""What the parts of the audiences benchmark share: clocks, SQL by hand, the product asked, check sums."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.audience_lake import TODAY
from benchmarks.audiences_eight import PRIME, Audience

Found = dict[str, Any]
ROUNDS = int(os.environ.get("HUIQUN_BENCH_ROUNDS", "3"))
CUSTOMERS = int(os.environ.get("HUIQUN_BENCH_CUSTOMERS", "10000000"))
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


@dataclass
class Clock:
    """Seconds on the wall, and of both cores together: the second tells what others on the machine do not."""

    wall: float = 0.0
    cpu: float = 0.0

    def __enter__(self) -> "Clock":
        self._began, self._worked = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._began, time.process_time() - self._worked


@dataclass(frozen=True)
class Times:
    """Medians."""

    wall: float
    cpu: float


def interleaved(*works: Callable[[], object], rounds: int = ROUNDS) -> list[Times]:
    """Each once to warm up, then in turns, so that a slow minute of the machine meets all of them."""
    clocks: list[list[Clock]] = [[] for _ in works]
    for number in range(rounds + 1):
        for work, seen in zip(works, clocks, strict=True):
            with Clock() as clock:
                work()
            if number:
                seen.append(clock)
    return [Times(median(each.wall for each in seen), median(each.cpu for each in seen)) for seen in clocks]


class ByHand:
    """DuckDB as an analyst opens it, over the same files."""

    def __init__(self) -> None:
        import duckdb

        from huiqun.foundation import lake

        self.connection = duckdb.connect(":memory:", config=OFFLINE)
        self.connection.execute("SET TimeZone = 'UTC'")
        for dataset, files in files_of_lake().items():
            self.connection.execute(f"CREATE VIEW {dataset} AS SELECT * FROM read_parquet({files})")
        assert lake.version()

    def preview(self, audience: Audience) -> tuple[int, ...]:
        return tuple(map(int, self.connection.execute(audience.preview).fetchall()[0]))


def files_of_lake() -> Mapping[str, list[str]]:
    from huiqun.foundation import lake

    files: dict[str, list[str]] = {}
    for file in lake.manifest().files:
        files.setdefault(file.dataset, []).append(str(lake.folder() / file.path))
    return files


def scope() -> Any:
    from huiqun.audiences.engine import Scope
    from huiqun.foundation import lake

    return Scope(today=TODAY, lake_version=lake.version())


def by_product(audience: Audience) -> Any:
    """The whole rule as one question to the engine; the bitmap of whom it chooses."""
    from huiqun.audiences import rules
    from huiqun.audiences.engine import engine

    return engine().chosen(rules.parse(audience.rule), scope())


def sums(ids: Any) -> tuple[int, ...]:
    import numpy as np

    from huiqun.audiences.ids import array_of

    numbers = array_of(ids).astype(np.int64)
    return len(numbers), int(numbers.sum()), int((numbers * numbers % PRIME).sum())


def same(audience: Audience, expected: tuple[int, ...], found: tuple[int, ...]) -> None:
    if expected != found:
        raise RuntimeError(f"{audience.name}: {found} instead of {expected}")


def forget() -> None:
    """No bitmap is known any more, neither in memory nor in a file."""
    from shutil import rmtree

    from huiqun.audiences import bitmaps
    from huiqun.audiences.bitmaps import store

    bitmaps.shelf.clear()
    rmtree(store.folder(), ignore_errors=True)
