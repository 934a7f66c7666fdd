"""A worker process of its own, for tests that kill it: ``worker.py <run> <channel> <moment>``."""

import sys
from datetime import datetime


def main() -> None:
    import django

    django.setup()
    from huiqun.delivery import actions

    run_id, channel, moment = int(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3])
    print("ready", flush=True)
    while actions.send_batch(run_id=run_id, channel=channel, now=moment, size=25).next != "none":
        pass


if __name__ == "__main__":
    main()
