"""`huiqun demo`: the whole platform with a made-up bank, on one machine, started and stopped as one.

The demo bank and its channels are programs of their own (`huiqun_demo`): they are started here by name,
never imported.
"""

import fcntl
import http.client
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from huiqun.config import messages, postgres
from huiqun.config.supervisor import (
    ChildEnded,
    NotHealthy,
    Stopped,
    Supervisor,
    answers,
    busy_ports,
)
from huiqun.lib.days import BANK_ZONE

QUIET_FROM_HOUR: Final = 20  # an hour before the quiet hours begin, so that there is time to look around
QUIET_TO_HOUR: Final = 9
MORNING_HOUR: Final = 10
HOST: Final = "127.0.0.1"


class DemoRefused(Exception):
    """The demo cannot start; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    port: int = 8000
    workers: int = 1
    fresh: bool = False
    folder: Path = Path("var")

    @property
    def gateway_port(self) -> int:
        return int(os.environ.get("HUIQUN_DEMO_GATEWAY_PORT") or self.port + 25)

    @property
    def smtp_port(self) -> int:
        return int(os.environ.get("HUIQUN_DEMO_SMTP_PORT") or self.port + 26)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"


def run(options: DemoOptions) -> int:
    """Start everything, stay until told to stop, stop everything; the exit code."""
    began = time.monotonic()
    try:
        with _only_demo_of(options), Supervisor(write=_say) as supervisor:
            _start(options, supervisor)
            _print_welcome(options, time.monotonic() - began)
            supervisor.watch()
    except Stopped:
        _say("\n已停止 · Stopped. What was loaded stays in var/; make demo goes on from there.")
        return 0
    except ChildEnded as ended:
        _say(f"\n{ended} The others are stopped too. 有程序意外退出,其余已一并停止。")
        return 1
    except (DemoRefused, NotHealthy, postgres.PostgresFailed) as problem:
        _say(f"\n{problem}")
        return 1
    return 0


def run_through(options: DemoOptions) -> int:
    """Start everything, drive one campaign through the whole loop, stop everything; the exit code."""
    os.environ.setdefault("HUIQUN_DEMO_SIZE", "small")
    os.environ.setdefault("HUIQUN_DEMO_SPEED", "30")
    try:
        with _only_demo_of(options), Supervisor(write=_say) as supervisor:
            env = _start(options, supervisor)
            supervisor.run("loop", [sys.executable, "-m", "huiqun_demo", "--run-through"], env)
    except Stopped:
        return 130
    except (ChildEnded, DemoRefused, NotHealthy, postgres.PostgresFailed) as problem:
        _say(f"\n{problem}")
        return 1
    return 0


def _start(options: DemoOptions, supervisor: Supervisor) -> dict[str, str]:
    """Everything running and answering; the environment it runs in."""
    _refuse_busy_ports(options)
    if options.fresh:
        _forget(options)
    with _step("数据库 · PostgreSQL"):
        url = os.environ.get("DATABASE_URL") or postgres.ensure(options.folder / "postgres")
    messages.compile_stale()
    offset = clock_offset(options.folder / "demo-clock.json", datetime.now(UTC))
    env = _environment(options, url=url, offset=offset)
    huiqun = [sys.executable, "-m", "huiqun.config.command_line"]
    # Channels and web server boot while the database is brought up to date; the worker needs its tables.
    supervisor.start("channels", [sys.executable, "-m", "huiqun_demo.channels"], env)
    supervisor.start("web", [*huiqun, "serve", "--port", str(options.port), "--host", HOST], env)
    supervisor.run("prepare", [*huiqun, "prepare-demo"], env)
    with _step("网站、任务与演示渠道 · web, worker, demo channels"):
        for number in range(options.workers):
            name = "worker" if options.workers == 1 else f"worker{number + 1}"
            supervisor.start(name, [*huiqun, "worker"], env)
        supervisor.wait_until(lambda: answers(HOST, options.gateway_port), name="channels")
        supervisor.wait_until(lambda: _web_answers(options.port), name="web", seconds=120)
    return env


def clock_offset(kept: Path, now: datetime) -> int:
    """Seconds by which the demo's clock runs ahead, so that it is always daytime at the demo bank.

    Messages are not sent in the quiet hours. A demo's clock never goes back: what it recorded would
    lie in the future.
    """
    offset = _kept_offset(kept)
    local = (now + timedelta(seconds=offset)).astimezone(BANK_ZONE)
    if QUIET_TO_HOUR <= local.hour < QUIET_FROM_HOUR:
        return offset
    morning = local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
    if local.hour >= QUIET_FROM_HOUR:
        morning += timedelta(days=1)
    offset += int((morning - local).total_seconds())
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"offset": offset}))
    return offset


def _kept_offset(kept: Path) -> int:
    try:
        return int(json.loads(kept.read_text())["offset"])
    except (OSError, ValueError, KeyError):
        return 0


def _environment(options: DemoOptions, *, url: str, offset: int) -> dict[str, str]:
    return {
        **os.environ,
        "HUIQUN_MODE": "demo",
        "DATABASE_URL": url,
        "HUIQUN_VAR": str(options.folder.absolute()),
        "HUIQUN_PORT": str(options.port),
        "HUIQUN_PUBLIC_URL": options.address,
        "HUIQUN_DEMO_GATEWAY_PORT": str(options.gateway_port),
        "HUIQUN_DEMO_SMTP_PORT": str(options.smtp_port),
        "HUIQUN_CLOCK_OFFSET": str(offset),
    }


def _refuse_busy_ports(options: DemoOptions) -> None:
    ports = (options.port, options.gateway_port, options.smtp_port)
    busy = busy_ports(HOST, ports)
    if not busy:
        return
    other = options.port + 100
    raise DemoRefused(
        f"Port {busy[0]} is in use by another program. Choose another: make demo PORT={other}"
        f" (or huiqun demo --port {other}).\n"
        f"端口 {busy[0]} 已被其他程序占用,请换一个:make demo PORT={other}"
    )


@contextmanager
def _only_demo_of(options: DemoOptions) -> Iterator[None]:
    """Two demos in one folder would load and send over each other."""
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DemoRefused(
                f"A demo is running from this folder already: {lock.read().strip()}. 演示已在运行。"
            ) from None
        lock.truncate(0)
        lock.write(f"{options.address} (process {os.getpid()})")
        lock.flush()
        yield


def _forget(options: DemoOptions) -> None:
    """Throw away what an earlier demo loaded and made: only folders that the demo itself made."""
    if os.environ.get("DATABASE_URL"):
        raise DemoRefused(
            "--fresh throws away the embedded database only. Empty the one of DATABASE_URL yourself."
        )
    if postgres.is_running(postgres.Cluster(folder=(options.folder / "postgres").resolve())):
        raise DemoRefused("The demo's database is in use by another huiqun program. Stop that first.")
    for name in ("postgres", "lake", "demo-bank", "demo-channels", "inbox", "files"):
        shutil.rmtree(options.folder / name, ignore_errors=True)
    (options.folder / "demo-clock.json").unlink(missing_ok=True)


def _web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/accounts/login/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def _step(name: str) -> Iterator[None]:
    began = time.monotonic()
    _say(f"… {name}")
    yield
    _say(f"✓ {name} ({time.monotonic() - began:.1f} s)")


def _print_welcome(options: DemoOptions, seconds: float) -> None:
    accounts = _accounts(options.folder / "demo-accounts.json")
    lines = [
        "",
        f"汇群 Huiqun is ready after {seconds:.0f} s: {options.address}   (bank, staff and customers are made up · 演示数据均为虚构)",
        f"客户手机 · the customers' phones: http://{HOST}:{options.gateway_port}/",
    ]
    if accounts:
        lines += ["", f"密码 · password for all: {accounts['password']}"]
        lines += [f"  {each['username']:<14} {each['duty']}" for each in accounts["staff"]]
    offset = _kept_offset(options.folder / "demo-clock.json")
    if offset:
        bank_time = datetime.now(BANK_ZONE) + timedelta(seconds=offset)
        lines += [
            "",
            f"银行此刻 · At the bank it is {bank_time:%Y-%m-%d %H:%M}: the demo's clock was moved ahead,"
            " because messages are not sent from 21:00 to 09:00.",
        ]
    _say("\n".join([*lines, "", "Ctrl-C 停止 · Ctrl-C stops everything.", ""]))


def _accounts(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return None


def _say(line: str) -> None:
    print(line, flush=True)
