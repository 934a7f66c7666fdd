"""``python -m huiqun_demo.channels``: run until interrupted."""

import os
import signal
import threading
from pathlib import Path

from huiqun_demo.channels import Channels, Plan


def main() -> None:
    channels = Channels(
        gateway_port=int(os.environ.get("HUIQUN_DEMO_GATEWAY_PORT", "8025")),
        smtp_port=int(os.environ.get("HUIQUN_DEMO_SMTP_PORT", "8026")),
        folder=Path(os.environ.get("HUIQUN_VAR", "var")) / "demo-channels",
        plan=Plan.from_environment(),
        people=True,
    )
    channels.start()
    print(
        f"phone {channels.url}/  sms gateway {channels.url}/messages  smtp 127.0.0.1:{channels.smtp_port}",
        flush=True,
    )
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    done.wait()
    channels.stop()


if __name__ == "__main__":
    main()
