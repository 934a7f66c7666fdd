"""Messages a second through two workers, against a yardstick in memory; lost and repeated under kill -9.

HUIQUN_BENCH_MESSAGES and HUIQUN_BENCH_KILLED are the sizes of the two runs, HUIQUN_BENCH_PROFILE a folder for what
cProfile sees of the workers (the figures are then of no use).
"""

import json
import os
import subprocess
import sys
import time
from typing import Any

from benchmarks import bank, sending_bank, sending_kill
from benchmarks.report import Result

MESSAGES = int(os.environ.get("HUIQUN_BENCH_MESSAGES", "100000"))
KILLED = int(os.environ.get("HUIQUN_BENCH_KILLED", "100000"))
EVERY_SECONDS = float(os.environ.get("HUIQUN_BENCH_KILL_EVERY", "8"))
WORKERS = 2
YARDSTICK = 100_000


def run() -> Result:
    sending_bank.connect()
    branch = sending_bank.make_people(max(MESSAGES, KILLED))
    result = Result(header=("part", "messages", "seconds", "a second", "Python s", "PostgreSQL s"))
    speed = _throughput(branch, result)
    measure = _yardstick(result)
    result.values = {"yardstick_ratio": f"{speed / measure:.3f}", "per_s": round(speed)}
    if KILLED:
        seen = sending_kill.run(branch, KILLED, EVERY_SECONDS)
        killed = ", ".join(f"{count}x {name}" for name, count in sorted(seen.kills.items()))
        result.rows.append(
            (f"kill -9 of {killed}", seen.messages, seen.seconds, seen.messages / seen.seconds, "", "")
        )
        result.rows.append((f"settled; {seen.states}", seen.settled, "", "", "", ""))
        result.values |= {"lost": seen.lost, "repeated": seen.repeated, "settled": seen.settled}
    result.values["load"] = round(os.getloadavg()[0], 1)
    return result


def _throughput(branch: Any, result: Result) -> float:
    from django.db import connection

    from benchmarks.sending_worker import register_null
    from huiqun.delivery import queries

    register_null()
    sending_bank.forget_sendings()
    run_id = sending_bank.open_gated_run(branch, count=MESSAGES, driver="null", config={})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE delivery_recipient")
    seconds, told = _race(
        [_start("benchmarks.sending_worker", str(run_id), *_profile(n)) for n in range(WORKERS)]
    )
    sent = queries.run_progress(run_id).sent
    if sent != MESSAGES:
        raise RuntimeError(f"{sent:,} of {MESSAGES:,} were sent")
    costs = [sum(each[part] for each in told) for part in ("python", "postgres")]
    result.rows.append(("null channel", MESSAGES, seconds, MESSAGES / seconds, *costs))
    return MESSAGES / seconds


def _yardstick(result: Result) -> float:
    """What two processes decrypt and format in memory, beside each other as the workers were."""
    seconds, told = _race([_start("benchmarks.sending_yardstick", str(YARDSTICK)) for _ in range(WORKERS)])
    total = YARDSTICK * WORKERS
    costs = (sum(each["python"] for each in told), 0.0)
    result.rows.append(("yardstick in memory", total, seconds, total / seconds, *costs))
    return total / seconds


def _race(processes: list[Any]) -> tuple[float, list[dict[str, float]]]:
    """Seconds from the start of all to the end of the last, and what each tells."""
    began = time.monotonic()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [json.loads(process.stdout.readline()) for process in processes]
    seconds = time.monotonic() - began
    for process in processes:
        process.wait()
    return seconds, told


def _start(module: str, *arguments: str) -> Any:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        text=True,
        cwd=bank.ROOT,
        env=sending_bank.SURROUNDINGS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        raise RuntimeError(f"{module} did not begin")
    return process


def _profile(number: int) -> list[str]:
    folder = os.environ.get("HUIQUN_BENCH_PROFILE")
    return [f"{folder}/worker-{number}.prof"] if folder else []
