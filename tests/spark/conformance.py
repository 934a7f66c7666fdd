"""Rules at random before three engines: ``python -m tests.spark.conformance 1000`` asks about a thousand."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

AT_ONCE = 3
"""Questions to the cluster: most of a small one is waiting."""
EVERY = 50


def differences(
    rules: Iterable[tuple[int, Any]], *, spark: Any, postgres: Any, scope: Any
) -> Iterator[dict[str, Any]]:
    """Rules about which the engines disagree: the seed, the rule, and how many each chose."""
    from huiqun.audiences.engine.duck import DuckEngine
    from tests.spark.random_rules import parsed

    duck = DuckEngine()

    def ask(each: tuple[int, Any]) -> tuple[int, Any, Any]:
        return (*each, spark.chosen(parsed(each[1]), scope))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for seed, rule, by_spark in threads.map(ask, rules):
            by_duck = duck.chosen(parsed(rule), scope)
            by_postgres = postgres.chosen(parsed(rule), scope)
            if not set(by_spark) == set(by_duck) == by_postgres:
                counts = {"spark": len(by_spark), "duckdb": len(by_duck), "postgresql": len(by_postgres)}
                yield {"seed": seed, **counts, "rule": rule}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("number", type=int, nargs="?", default=1000)
    options.add_argument("--seed", type=int, default=10_001, help="of the first rule; each one counts on")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiqun-spark-") as folder:
        return _run(given.number, given.seed, Path(folder))


def _run(number: int, seed: int, folder: Path) -> int:
    from tests.spark.cluster import Cluster, missing

    if lack := missing():
        print(lack, file=sys.stderr)
        return 2
    _set_up(folder)
    import psycopg
    from django.conf import settings
    from pyroaring import BitMap

    from huiqun.audiences.engine import Scope, engine
    from tests.makers.audiences import NOW, TODAY, make_lake
    from tests.spark.random_rules import trees
    from tests.spark.rows import rows
    from tests.spark.witnesses import Postgres

    version = make_lake(now=NOW, **rows())
    scope = Scope(today=TODAY, lake_version=version, sides={"audience_7": BitMap(range(0, 200, 3))})
    found, began = 0, time.monotonic()
    with Cluster(folder) as cluster, psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as opened:
        settings.HUIQUN_ENGINE = f"spark://{cluster.place}"
        witness = Postgres(opened, version)
        for each in differences(_told(trees(number, seed)), spark=engine(), postgres=witness, scope=scope):
            found += 1
            print(each, flush=True)
    print(f"{number} rules, {found} differences, {time.monotonic() - began:.0f} s")
    return 1 if found else 0


def _told(rules: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """How far it is: a thousand take an hour on two cores."""
    for asked, each in enumerate(rules):
        if asked and not asked % EVERY:
            print(f"{asked} asked", flush=True)
        yield each


def _set_up(folder: Path) -> None:
    """As the tests are: a lake of its own, and the tests' PostgreSQL."""
    from huiqun.config import postgres

    os.environ |= {"HUIQUN_MODE": "test", "HUIQUN_VAR": str(folder), "HUIQUN_LAKE": str(folder / "lake")}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiqun.config.settings")
    server = Path(__file__).parents[2] / "var" / "test-postgres-18"
    os.environ["DATABASE_URL"] = postgres.ensure(server, version=18, fast=True)
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
