"""Several programs run as one: started together, their lines told apart, stopped together.

Each child is a session of its own, so that Ctrl-C reaches only the supervisor, which then stops what it
started, with all that its children started, and nothing else.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import IO, Final, Self

GRACE_SECONDS: Final = 15.0
LOOK_EVERY_SECONDS: Final = 0.1
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_COLOURS: Final = (36, 32, 35, 33, 34)


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, or a signal from the system."""


class ChildEnded(Exception):
    """A program that should have stayed ended by itself."""

    def __init__(self, name: str, code: int) -> None:
        self.name, self.code = name, code
        how = f"exit code {code}" if code >= 0 else f"signal {-code}"
        super().__init__(f"{name} ended by itself ({how}).")


class NotHealthy(Exception):
    """A program started but does not answer."""


@dataclass
class Child:
    name: str
    process: subprocess.Popen[str]
    reader: threading.Thread

    def signal_all(self, number: signal.Signals) -> None:
        """Tell the child and everything it started, which live in its own process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@dataclass
class Supervisor:
    """Use as a context: leaving it, by whatever way, stops every child that was started."""

    write: Callable[[str], None] = print
    grace: float = GRACE_SECONDS
    children: list[Child] = field(default_factory=list)
    _starting: bool = False
    _asked: signal.Signals | None = None

    def __enter__(self) -> Self:
        self._earlier = {number: signal.signal(number, self._hear) for number in _STOP_SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in _STOP_SIGNALS:
            signal.signal(
                number, signal.SIG_IGN
            )  # one Ctrl-C is enough; a second does not interrupt stopping
        try:
            self.stop()
        finally:
            for number, handler in self._earlier.items():
                signal.signal(number, handler)

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Child:
        """Start a program that stays; its lines are shown with its name before them."""
        with self._signals_wait():
            process = subprocess.Popen(
                [*_dies_with_us(), *command],
                env={**env, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            reader = threading.Thread(target=self._relay, args=(name, process.stdout), daemon=True)
            reader.start()
            child = Child(name, process, reader)
            self.children.append(child)
        return child

    def run(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Run a program to its end. :raises ChildEnded if it fails"""
        child = self.start(name, command, env)
        code = child.process.wait()
        child.reader.join(2)
        self.children.remove(child)
        if code:
            raise ChildEnded(name, code)

    def wait_until(self, ready: Callable[[], bool], *, name: str, seconds: float = 60) -> None:
        """:raises ChildEnded if a program ends meanwhile, NotHealthy if it takes longer than ``seconds``"""
        deadline = time.monotonic() + seconds
        while not ready():
            self._refuse_ended()
            if time.monotonic() > deadline:
                raise NotHealthy(f"{name} does not answer after {seconds:.0f} seconds.")
            time.sleep(LOOK_EVERY_SECONDS)
        self._refuse_ended()

    def watch(self) -> None:
        """Stay until told to stop. :raises Stopped, ChildEnded"""
        while True:
            self._refuse_ended()
            time.sleep(LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """Stop the children, the last started first: asked, and after a while made to."""
        for child in reversed(self.children):
            child.signal_all(signal.SIGTERM)
        deadline = time.monotonic() + self.grace
        for child in reversed(self.children):
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.write(f"{child.name} did not stop when asked and is made to.")
            child.signal_all(signal.SIGKILL)  # also what it left behind
            child.process.wait()
            child.reader.join(2)
        self.children.clear()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._asked = signal.Signals(number)
        if not self._starting:
            raise Stopped(self._asked.name)

    @contextlib.contextmanager
    def _signals_wait(self) -> Iterator[None]:
        """Nothing may come between a child's start and our knowing of it."""
        self._starting = True
        try:
            yield
        finally:
            self._starting = False
        if self._asked is not None:
            raise Stopped(self._asked.name)

    def _refuse_ended(self) -> None:
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                child.reader.join(2)
                raise ChildEnded(child.name, code)

    def _relay(self, name: str, lines: IO[str] | None) -> None:
        assert lines is not None
        label = f"{name:<8} │ "
        if sys.stdout.isatty():
            colour = _COLOURS[sum(map(ord, name)) % len(_COLOURS)]
            label = f"\033[{colour}m{label}\033[0m"
        with lines, contextlib.suppress(ValueError, OSError):
            for line in lines:
                self.write(label + line.rstrip())


def busy_ports(host: str, ports: Sequence[int]) -> list[int]:
    """Which of these ports another program holds."""
    return [port for port in ports if not _is_free(host, port)]


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _dies_with_us() -> list[str]:
    """On Linux the kernel stops a child whose supervisor was killed outright."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
