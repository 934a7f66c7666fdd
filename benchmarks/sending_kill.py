"""One run to a counting gateway, with kill -9 of web, workers, gateway and PostgreSQL at random moments."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from benchmarks import bank, sending_bank
from huiqun.config import postgres

WEB, GATEWAY = int(os.environ.get("HUIQUN_BENCH_PORT", "8714")), 0
SECRET = "the counting gateway's"
LONGEST_SECONDS = 3_600


@dataclass
class Seen:
    people: int
    messages: int
    lost: int
    repeated: int
    settled: int
    kills: Counter[str]
    seconds: float
    states: dict[str, int] = field(default_factory=dict)


@dataclass
class Part:
    """A process that is killed and started again."""

    name: str
    command: list[str]
    process: Any = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command],
            cwd=bank.ROOT,
            env=sending_bank.SURROUNDINGS,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """With its children, as when a machine goes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def run(branch: Any, people: int, every: float) -> Seen:
    from django.db import connection

    sending_bank.forget_sendings()
    folder = sending_bank.FOLDER / "gateway"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port = WEB + 1
    config = {"url": f"http://127.0.0.1:{port}/messages", "account": "bench"}
    run_id = sending_bank.open_gated_run(
        branch, count=people, driver="http_sms", config=config, secret=SECRET
    )
    account_id = _account_of(run_id)
    receipts = f"http://127.0.0.1:{WEB}/delivery/receipts/{account_id}/"
    connection.close()
    parts = [
        Part("worker", ["benchmarks.sending_hand", str(run_id)]),
        Part("worker", ["benchmarks.sending_hand", str(run_id)]),
        Part("gateway", ["benchmarks.sending_gateway", str(folder), str(port), receipts, SECRET]),
        Part("web", ["huiqun.config.command_line", "serve", "--port", str(WEB), "--host", "127.0.0.1"]),
    ]
    for part in parts:
        part.start()
    try:
        kills, seconds = _until_finished(run_id, parts, every)
    finally:
        for part in parts:
            part.kill()
    return _count(run_id, folder, people, kills, seconds)


def _until_finished(run_id: int, parts: list[Part], every: float) -> tuple[Counter[str], float]:
    """Kill one after the other, at random moments, until the run says that it is over."""
    from django.db import Error, connection

    from huiqun.delivery import queries

    chance, kills, began = random.Random(20261122), Counter[str](), time.monotonic()
    next_kill = began + every
    while time.monotonic() - began < LONGEST_SECONDS:
        time.sleep(0.5)
        if time.monotonic() > next_kill:
            next_kill = time.monotonic() + every * (0.5 + chance.random())
            victim = chance.choice([*parts, None])
            kills[_kill(victim)] += 1
        for part in parts:
            if part.name == "worker" and part.process.poll() not in (None, 0):
                part.start()
        try:
            if queries.run_progress(run_id).is_finished:
                break
        except Error:
            connection.close()
    return kills, time.monotonic() - began


def _kill(victim: Part | None) -> str:
    if victim is not None:
        victim.kill()
        victim.start()
        return victim.name
    cluster = sending_bank.cluster()
    if pid := postgres.server_pid(cluster):
        os.kill(pid, signal.SIGKILL)
    for _ in range(60):
        time.sleep(1)
        with contextlib.suppress(postgres.PostgresFailed):
            postgres.start(cluster)
            break
    return "PostgreSQL"


def _account_of(run_id: int) -> int:
    from huiqun.delivery.models import Run

    return int(Run.objects.get(pk=run_id).plans[0].account_id)


def _count(run_id: int, folder: Any, people: int, kills: Counter[str], seconds: float) -> Seen:
    """By number, not by key: a person who got two keys got two messages."""
    from huiqun.delivery import queries

    lines = [line.split() for line in (folder / "seen").read_text().splitlines()]
    per_number = Counter(number for _, number in lines)
    progress = queries.run_progress(run_id)
    return Seen(
        people=people,
        messages=len(lines),
        lost=people - len(per_number),
        repeated=sum(count - 1 for count in per_number.values()),
        settled=progress.settled if progress.is_finished else 0,
        kills=kills,
        seconds=seconds,
        states=dict(progress.states),
    )
