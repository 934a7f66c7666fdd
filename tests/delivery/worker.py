"""Worker processes for tests that kill them: each line ``<run> <channel> <moment>`` forks one, whose number is said.

Forked, because Django takes seconds to begin. What a child says is that it ended; killed, it says nothing.
"""

import os
import sys
from datetime import datetime


def main() -> None:
    import django

    django.setup()
    from huiqun.delivery import actions

    print("ready", flush=True)
    for line in sys.stdin:
        run_id, channel, moment = line.split()
        child = os.fork()
        if not child:
            now = datetime.fromisoformat(moment)
            while actions.send_batch(run_id=int(run_id), channel=channel, now=now, size=25).next != "none":
                pass
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
