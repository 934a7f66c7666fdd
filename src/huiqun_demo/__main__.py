"""``python -m huiqun_demo [--small]``: load the demo bank into the database that the settings name.

``python -m huiqun_demo --run-through`` drives one campaign beside a demo that runs.
"""

import argparse
import json
import os
import sys

import django


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m huiqun_demo", description=__doc__)
    parser.add_argument("--run-through", action="store_true", help="drive one campaign through the loop")
    parser.add_argument("--small", action="store_true", help="2,000 customers instead of 20,000")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiqun.config.settings")
    django.setup()

    if asked.run_through:
        from huiqun_demo import run_through

        sys.exit(run_through.run(progress=lambda line: print(line, flush=True)))

    from huiqun_demo.load import accounts, load

    load(small=asked.small)
    print(json.dumps(accounts(), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
