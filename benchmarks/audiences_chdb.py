"""Run by the benchmark's own environment, without the product: queries on standard input, times on standard output."""

import json
import sys
import time
from pathlib import Path
from shutil import rmtree
from statistics import median
from typing import Any


def main() -> None:
    from chdb import session  # type: ignore[import-not-found]

    asked = json.load(sys.stdin)
    rmtree(asked["folder"], ignore_errors=True)
    clickhouse = session.Session(asked["folder"])
    clickhouse.query("CREATE DATABASE lake ENGINE = Atomic")
    clickhouse.query("USE lake")
    for name, paths in asked["files"].items():
        listed = _side_by_side(Path(asked["folder"]) / "lake" / name, paths)
        clickhouse.query(f"CREATE VIEW {name} AS SELECT * FROM file('{listed}', Parquet)")
    found: dict[str, Any] = {}
    for name, query in asked["queries"].items():
        seconds, row = [], ""
        for _round in range(asked["rounds"] + 1):
            began = time.perf_counter()
            row = str(clickhouse.query(query, "CSV")).strip()
            seconds.append(time.perf_counter() - began)
        found[name] = {"n": int(row.split(",")[0]), "seconds": median(seconds[1:]), "sums": row}
    lines = Path("/proc/self/status").read_text().splitlines()
    found["peak_mb"] = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    rmtree(asked["folder"], ignore_errors=True)
    print(json.dumps(found))


def _side_by_side(folder: Path, paths: list[str]) -> str:
    """A pattern for exactly these files: they get second names in a folder of their own."""
    folder.mkdir(parents=True)
    for number, path in enumerate(paths):
        (folder / f"{number}.parquet").hardlink_to(path)
    return f"{folder}/*.parquet"


if __name__ == "__main__":
    main()
