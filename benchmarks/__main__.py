"""``python -m benchmarks NAME``: run one benchmark, print its table, end with ``NAME: key=value …``."""

import sys
from importlib import import_module
from pathlib import Path

NOT_BENCHMARKS = {"__init__", "__main__", "report", "bank", "copy_texts", "stages"} | {
    *(
        "claims_bank",
        "claims_crowd",
        "sending_bank",
        "sending_gateway",
        "sending_hand",
        "sending_kill",
        "sending_worker",
        "sending_yardstick",
    ),
    *(
        "audience_lake",
        "audiences_beside",
        "audiences_chdb",
        "audiences_eight",
        "audiences_fields",
        "audiences_kept",
        "audiences_measure",
        "audiences_parts",
    ),
}


def names() -> dict[str, str]:
    """Benchmarks by the name they are asked for: ``copy_check.py`` is ``copy-check``."""
    stems = (path.stem for path in sorted(Path(__file__).parent.glob("*.py")))
    return {stem.replace("_", "-"): stem for stem in stems if stem not in NOT_BENCHMARKS}


def main(arguments: list[str]) -> int:
    known = names()
    if len(arguments) != 1 or arguments[0] not in known:
        print("Choose one: make bench NAME=…", file=sys.stderr)
        for name, stem in known.items():
            first_line = (import_module(f"benchmarks.{stem}").__doc__ or "").strip().split("\n")[0]
            print(f"  {name:<12} {first_line}", file=sys.stderr)
        return 2
    name = arguments[0]
    result = import_module(f"benchmarks.{known[name]}").run()
    print()
    print(result.table())
    print()
    print(result.last_line(name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
