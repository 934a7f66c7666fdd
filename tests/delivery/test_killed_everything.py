"""Kill -9 of web, workers, gateway and PostgreSQL while a run is sent: the small sister of ``make bench NAME=sending``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIZES = {"HUIQUN_BENCH_MESSAGES": "2000", "HUIQUN_BENCH_KILLED": "1000", "HUIQUN_BENCH_KILL_EVERY": "4"}


@pytest.mark.slow
def test_nobody_is_lost_and_nobody_gets_it_twice(tmp_path: Path) -> None:
    """The product's own processes on a server of their own, killed one after the other at random moments."""
    place = {"HUIQUN_BENCH_SENDING": str(tmp_path), "HUIQUN_BENCH_PORT": "8716"}
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("HUIQUN_", "DATABASE_"))
    }
    command = [sys.executable, "-m", "benchmarks", "sending"]
    done = subprocess.run(
        command, env={**inherited, **SIZES, **place}, cwd=ROOT, capture_output=True, text=True, check=True
    )
    last = dict(pair.split("=") for pair in done.stdout.strip().splitlines()[-1].split(": ")[1].split())
    assert (last["lost"], last["repeated"], last["settled"]) == ("0", "0", "1000"), done.stdout
