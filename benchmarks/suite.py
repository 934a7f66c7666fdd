"""How long `make test` takes, where, and how many tests there are; limit 300 s on 2 cores."""

import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Result

LIMIT_SECONDS = 300
SLOWEST = 10


def run() -> Result:
    with TemporaryDirectory() as folder:
        report = Path(folder) / "junit.xml"
        began = time.monotonic()
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--ignore=tests/guards",
            "-m",
            "not slow",
            "-n",
            "2",
            "--dist",
            "worksteal",
            "-q",
        ]
        done = subprocess.run([*command, f"--junit-xml={report}"], check=False)
        took = time.monotonic() - began
        cases = list(ET.parse(report).getroot().iter("testcase"))
    seconds: dict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    for case in cases:
        part = _part(case.get("classname") or "")
        counts[part] += 1
        seconds[part] += float(case.get("time") or 0)
    result = Result(header=("part", "tests", "seconds of work", "slowest test, seconds"))
    for part in sorted(seconds, key=lambda part: -seconds[part]):
        slowest = max((case for case in cases if _part(case.get("classname") or "") == part), key=_seconds)
        result.rows.append(
            (part, counts[part], seconds[part], f"{_seconds(slowest):.2f} {slowest.get('name')}")
        )
    bad = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    result.values = {
        "tests": len(cases),
        "failed": bad,
        "seconds": took,
        "work_seconds": sum(seconds.values()),
        "of_limit": took / LIMIT_SECONDS,
        "exit": done.returncode,
    }
    return result


def _part(classname: str) -> str:
    found = re.match(r"tests\.([a-z_]+)", classname)
    return found[1] if found else "collecting"


def _seconds(case: ET.Element) -> float:
    return float(case.get("time") or 0)
