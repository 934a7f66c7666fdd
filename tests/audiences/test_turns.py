"""One heavy evaluation at a time on a machine: in order, with an end to waiting, and never in the way of the dead."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from django.test import override_settings

from huiqun.audiences.refusals import Busy, TooHeavy
from huiqun.audiences.turns import patient, turn
from huiqun.foundation import lake
from huiqun.foundation.http import sentence_of
from tests.makers.audiences import NOW

HOLDER = """
import sys, time
from django.conf import settings
settings.configure(HUIQUN_LAKE=sys.argv[1], HUIQUN_LAKE_MEMORY="1GB")
from huiqun.audiences.turns import turn
with turn():
    print("mine", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(settings: Any) -> Any:
    """Another process that has the turn."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, settings.HUIQUN_LAKE], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "mine\n"
    yield process
    process.kill()
    process.communicate()


def test_who_waits_too_long_is_told_how_many_are_ahead(holder: Any) -> None:
    with patient(0.05), pytest.raises(Busy) as refused, turn():
        pass
    assert refused.value.values["ahead"] == 1 and "1" in sentence_of(refused.value)


def test_nobody_waits_for_the_dead(holder: Any) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with patient(0.5), turn():
        pass
    assert not [path for path in Path(lake.folder(), "turns").rglob("*-*") if path.is_file()]


def test_turns_come_in_the_order_of_arrival() -> None:
    order: list[int] = []
    inside = threading.Event()
    threads = []

    def work(number: int) -> None:
        with patient(30), turn():
            order.append(number)

    with turn():
        for number in range(5):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            _until_waiting(number + 2)
        inside.set()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def _until_waiting(count: int) -> None:
    for _ in range(1000):
        if len([path for path in Path(lake.folder(), "turns").rglob("[0-9]*-*") if path.is_file()]) >= count:
            return
        time.sleep(0.01)
    raise AssertionError("nobody came")


def test_never_two_at_once() -> None:
    inside, most = [0], [0]

    def work() -> None:
        with patient(60), turn():
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.001)
            inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] and inside == [0]


def test_who_has_the_turn_need_not_ask_again() -> None:
    with patient(0.2), turn(), turn():
        pass


def test_a_turn_ends_when_the_work_fails() -> None:
    with pytest.raises(TooHeavy), turn():
        raise TooHeavy()
    with patient(0.2), turn():
        pass


BOUNDED = """
from datetime import date
import django
django.setup()
from huiqun.audiences import rules
from huiqun.audiences.bitmaps import chosen
from huiqun.audiences.engine import Scope
from huiqun.audiences.refusals import TooHeavy
from huiqun.foundation import lake
rule = {"all": [
    {"field": "transactions.sum", "with": {"days": 90}, "op": "gt", "value": 0},
    {"not": {"field": "transactions.count", "with": {"days": 60, "kind": ["spend"]}, "op": "gte", "value": 3}},
]}
try:
    print("chosen", len(chosen(rules.parse(rule), Scope(today=date(2026, 11, 20), lake_version=lake.version()))))
except TooHeavy:
    print("refused")
"""


@pytest.fixture(scope="module")
def big_lake(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A million and a half customers with two payments each; how many the rule chooses."""
    path, people = tmp_path_factory.mktemp("lake"), 1_500_000
    customers = np.arange(1, people + 1, dtype=np.int64)
    payers = np.tile(customers, 2)
    transactions = {
        "event_id": pa.array(np.arange(len(payers))).cast(pa.string()),
        "at": pa.array(np.full(len(payers), np.datetime64("2026-11-10T04:00:00", "us"))),
        "dt": pa.array(np.full(len(payers), np.datetime64("2026-11-10", "D"))),
        "customer_id": payers,
        "kind": pa.repeat("spend", len(payers)),
        "amount_fen": np.where(payers % 3 == 0, -1, 500),
        "source": pa.repeat("delivered", len(payers)),
    }
    with override_settings(HUIQUN_LAKE=str(path)):
        for dataset, columns in (
            ("profiles", {"customer_id": customers, "branch_id": np.ones(people, np.int64)}),
            ("transactions", transactions),
        ):
            shape = lake.DATASETS[dataset].schema
            nothing = {
                field.name: pa.nulls(len(columns["customer_id"]), field.type)
                for field in shape
                if field.name not in columns
            }
            table = pa.table({**columns, **nothing}).select(shape.names).cast(shape)
            lake.stage(dataset, table)
        lake.publish(now=NOW)
    return path, people - people // 3


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["20MB", "60MB", "300MB"])
def test_a_rule_beyond_the_memory_of_a_job_ends_or_is_refused(big_lake: tuple[Path, int], limit: str) -> None:
    path, wanted = big_lake
    env = {**os.environ, "HUIQUN_LAKE": str(path), "HUIQUN_LAKE_MEMORY": limit}
    ran = subprocess.run(
        [sys.executable, "-c", BOUNDED], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() in ("refused", f"chosen {wanted}")
    assert limit != "300MB" or ran.stdout.startswith("chosen")
