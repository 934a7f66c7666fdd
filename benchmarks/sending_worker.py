"""A process that sends: says "ready", waits for a line, sends until nothing is due, tells what it cost.

``python -m benchmarks.sending_worker RUN [PROFILE]``; PROFILE is a file for what cProfile sees.
"""

import cProfile
import json
import os
import sys
import time
from pathlib import Path


def register_null() -> None:
    """A channel that takes everything at once, so that what is measured is the way there."""
    from huiqun.delivery.channels import registry
    from huiqun.delivery.channels.base import Message, Outcome, Verdict
    from huiqun.lib.channels import Channel

    taken = Outcome(verdict=Verdict.ACCEPTED, reference="null")

    class Null:
        idempotent = True
        lanes = 1

        def __init__(self, *_: object) -> None: ...

        def send(self, message: Message) -> Outcome:
            return taken

        def close(self) -> None: ...

    registry.register(
        "null",
        registry.Driver(
            channel=Channel.SMS, open=Null, required=(), optional=(), idempotent=True, needs_secret=False
        ),
    )


def cpu_of(process: int) -> float:
    """Seconds of processor time, of the server's side of our connection."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(run_id: int, profile: str | None) -> None:
    import django

    django.setup()
    register_null()
    from django.db import connection

    from huiqun.delivery import actions
    from huiqun.foundation import clock

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    print("ready", flush=True)
    sys.stdin.readline()
    profiler = cProfile.Profile() if profile else None
    began, cpu, served = time.monotonic(), time.process_time(), cpu_of(server)
    if profiler:
        profiler.enable()
    while actions.send_run(run_id=run_id, channel="sms", clock=clock.now):
        pass
    if profiler and profile:
        profiler.disable()
        profiler.dump_stats(profile)
    told = {
        "seconds": time.monotonic() - began,
        "python": time.process_time() - cpu,
        "postgres": cpu_of(server) - served,
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
