"""Eight audiences over ten million customers: the product beside SQL by hand, with features, while editing, and others.

HUIQUN_BENCH_CUSTOMERS is the size (10,000,000), HUIQUN_BENCH_PARTS chooses among raw, memory, features, edit,
snapshot, member, tick, chdb, oltp and plans (all but plans). The lake is made once and kept under ``var/bench``.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

from benchmarks import bank
from benchmarks.report import Result

CUSTOMERS = int(os.environ.setdefault("HUIQUN_BENCH_CUSTOMERS", "10000000"))
SMALL = int(os.environ.get("HUIQUN_BENCH_SMALL", "1000000"))
"""The size beside which growth is told; 0 for none."""
PARTS = ("raw", "memory", "features", "edit", "snapshot", "member", "tick", "chdb", "oltp")
"""In this order: ``tick`` leaves memberships whose files went with its copy of the lake."""
OF_A_RUN = ("features", "bitmaps", "memberships", "snapshots", "samples", "turns")
"""What earlier runs worked out, below the lake's folder."""
READERS = 4
FIRST = ("raw_ratio", "rollup_ratio", "peak_mb", "edit_ms")
NAMES = tuple(f"s{number}" for number in range(1, 9))
Found = dict[str, Any]


def run() -> Result:
    wanted = os.environ.get("HUIQUN_BENCH_PARTS", ",".join(PARTS)).split(",")
    os.environ["HUIQUN_CATALOGUE"] = str(Path(__file__).with_name("audience_bank.yaml"))
    bank.connect(f"audiences_{CUSTOMERS}")
    bank.make_branches()
    bench = _Bench(wanted)
    bench.measure()
    values = bench.result.values
    bench.result.values = {key: values[key] for key in FIRST if key in values} | values
    return bench.result


class _Bench:
    """Rows are the eight audiences and, below them, single figures in the columns ``seconds`` and ``MB``."""

    def __init__(self, wanted: list[str]) -> None:
        self.wanted, self.built = wanted, False
        self.by_hand: Found = {}
        self.result = Result(header=("audience", "n", "by hand s", "beside it s", "ratio", "CPU ratio"))

    def measure(self) -> None:
        self.made = child("make-lake")
        self.note("the lake on disk (MB)", self.made["lake_mb"])
        _clear()
        for part in PARTS:
            if part in self.wanted:
                began = time.monotonic()
                getattr(self, part)()
                print(f"{part}: {time.monotonic() - began:.0f} s", flush=True)
        if "plans" in self.wanted:
            print(child("plans"))

    def note(self, title: str, value: float | str) -> None:
        print(f"  {title}: {value if isinstance(value, str) else round(value, 3)}", flush=True)
        self.result.rows.append((title, "", "", value, "", ""))

    def raw(self) -> None:
        found = self.by_hand = child("raw")
        self._rows("over the files", found, "product")
        self.result.values["raw_ratio"] = max(found[name]["ratio"] for name in NAMES)
        self.result.values["raw_cpu_ratio"] = max(found[name]["cpu_ratio"] for name in NAMES)
        if SMALL and SMALL < CUSTOMERS and _has_lake(SMALL):
            small = child("raw", at=SMALL)
            for title in ("hand", "product"):
                grown = sum(found[name][title] for name in NAMES) / sum(small[name][title] for name in NAMES)
                self.note(f"growth from {SMALL:,} customers: {title}", grown)

    def memory(self) -> None:
        self.note("all eight by hand, peak MB", child("hand-alone")["peak_mb"])
        peak = child("product-alone")["peak_mb"]
        self.note("all eight by the product, peak MB", peak)
        self.result.values["peak_mb"] = peak
        limited = child("small-memory")
        worst = max(limited[name] for name in NAMES)
        self.note("within 300 MB, times as long", worst)
        self.result.values["within_300_mb"] = worst

    def build(self) -> None:
        """The features, once for all parts that read them."""
        if self.built:
            return
        self.built = True
        child("save-audiences")
        built = child("build")
        self.note(f"building {built['features']} features (s)", built["seconds"])
        self.note("building, CPU of both cores (s)", built["cpu"])
        self.note("building, peak MB", built["peak_mb"])
        self.note("the feature file, MB", built["file_mb"])
        self.result.values |= {"build_s": built["seconds"], "build_mb": built["peak_mb"]}

    def features(self) -> None:
        self.build()
        found = child("with-features")
        self._rows("with features", found, "features")
        self.result.values["rollup_ratio"] = max(found[name]["ratio"] for name in NAMES)
        self.note("count with features, nothing known: the slowest (ms)", _worst(found, "count_cold") * 1000)
        self.note("count again: the slowest (ms)", _worst(found, "count_again") * 1000)
        self.note("with features, peak MB", found["peak_mb"])

    def edit(self) -> None:
        self.build()
        found = child("edit")
        for name in NAMES:
            self.note(f"{name}: count after one condition changed (ms)", found[name]["ms"])
        self.result.values["edit_ms"] = _worst(found, "ms")
        found = child("edit-without-feature")
        self.note("window without a feature: first answer (ms)", found["first_ms"])
        self.note("window without a feature: exact number (ms)", found["exact_ms"])
        self.note("exact number inside the estimate's ±", f"{found['inside']} of {found['of']}")

    def tick(self) -> None:
        """On a copy, so that the lake stays what it is."""
        self.build()
        with_ticks = f"{os.environ['HUIQUN_LAKE']}-ticks"
        _copy(Path(os.environ["HUIQUN_LAKE"]), Path(with_ticks))
        try:
            found = child("tick", HUIQUN_LAKE=with_ticks)
        finally:
            rmtree(with_ticks)
        for title in ("average", "peak"):
            told = found[title]
            self.note(f"five minutes, {title} ({told['rows']:,} rows): publication (s)", told["publish"])
            self.note(f"five minutes, {title}: features (s)", told["features"])
            self.note(f"five minutes, {title}: all audiences (s)", told["memberships"])
        self.note("ticks, peak MB", found["peak_mb"])
        self.result.values["tick_s"] = found["peak"]["fold"]

    def snapshot(self) -> None:
        self.build()
        found = child("snapshot")
        self.note(f"snapshot of {found['ids']:,} ids with control: frozen (s)", found["freeze"])
        self.note("snapshot handed over as Arrow batches (s)", found["hand_over"])
        self.note("snapshot, peak MB", found["peak_mb"])
        self.result.values["snapshot_s"] = found["freeze"] + found["hand_over"]

    def member(self) -> None:
        self.build()
        child("refresh")
        for readers in (1, READERS):
            answers = [_finished(each) for each in [_started("member") for _ in range(readers)]]
            for what, title in (
                ("why", "in it, and why not"),
                ("is_in", "in it, from PostgreSQL and bitmap"),
            ):
                p99 = max(each[what]["p99"] for each in answers)
                self.note(f"{title}: p99 of {readers} readers (ms)", p99)
                self.result.values[f"{what}_p99_ms"] = p99
        self.note("in it, from the bitmap (µs)", answers[0]["bitmap"]["p50"] * 1000)

    def chdb(self) -> None:
        from benchmarks import audiences_beside

        found = audiences_beside.chdb(child("files")["files"])
        for name in NAMES if self.by_hand and found else ():
            hand = self.by_hand[name]
            if found[name]["n"] != hand["n"]:
                raise RuntimeError(f"{name}: {found[name]['n']} by ClickHouse instead of {hand['n']}")
            found[name] |= {"hand": hand["hand"], "ratio": found[name]["seconds"] / hand["hand"]}
        self._beside("embedded ClickHouse", found)

    def oltp(self) -> None:
        from benchmarks import audiences_beside

        size = audiences_beside.OLTP_CUSTOMERS
        child("make-lake", at=size)
        hand = child("raw", at=size)
        lake_files = child("files", at=size)["files"]
        for title, found in audiences_beside.oltp(lake_files, hand).items():
            self._beside(f"{title} at {size:,}", found)

    def _beside(self, title: str, found: Mapping[str, Any]) -> None:
        self._rows(title, found, "seconds")
        if "peak_mb" in found:
            self.note(f"{title}, peak MB", found["peak_mb"])

    def _rows(self, title: str, found: Mapping[str, Any], column: str) -> None:
        for name in NAMES:
            if name in found:
                told = found[name]
                self.result.rows.append(
                    (
                        f"{name} {title}",
                        told.get("n", ""),
                        told.get("hand", ""),
                        told[column],
                        told.get("ratio", ""),
                        told.get("cpu_ratio", ""),
                    )
                )


def child(part: str, *, at: int = CUSTOMERS, **environment: str) -> Found:
    return _finished(_started(part, at=at, **environment))


def _started(part: str, *, at: int = CUSTOMERS, **environment: str) -> "subprocess.Popen[str]":
    of_size = {
        "HUIQUN_BENCH_CUSTOMERS": str(at),
        "HUIQUN_LAKE": os.environ["HUIQUN_LAKE"].replace(f"_{CUSTOMERS}", f"_{at}"),
    }
    command = [sys.executable, "-m", "benchmarks.audiences_parts", part]
    return subprocess.Popen(
        command, env={**os.environ, **of_size, **environment}, stdout=subprocess.PIPE, text=True
    )


def _finished(started: "subprocess.Popen[str]") -> Found:
    assert started.stdout is not None
    line = ""
    for line in started.stdout:
        if not line.startswith("{"):
            print("  " + line, end="", flush=True)
    if started.wait():
        raise RuntimeError(f"{started.args!r} ended with {started.returncode}")
    found: Found = json.loads(line)
    return found


def _clear() -> None:
    for each in OF_A_RUN:
        rmtree(Path(os.environ["HUIQUN_LAKE"]) / each, ignore_errors=True)


def _has_lake(customers: int) -> bool:
    return Path(os.environ["HUIQUN_LAKE"].replace(f"_{CUSTOMERS}", f"_{customers}"), "CURRENT").exists()


def _copy(source: Path, target: Path) -> None:
    """Data by a second name for the same bytes: they are never changed. What is changed is copied."""
    rmtree(target, ignore_errors=True)

    def by_name(old: str, new: str) -> None:
        if old.endswith((".parquet", ".duckdb", ".roaring")):
            os.link(old, new)
        else:
            Path(new).write_bytes(Path(old).read_bytes())

    copytree(source, target, copy_function=by_name)


def _worst(found: Mapping[str, Any], column: str) -> float:
    return max(float(found[name][column]) for name in NAMES)


__all__ = ["run"]
