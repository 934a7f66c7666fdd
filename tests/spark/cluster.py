"""A real Spark cluster on this machine: a master, two workers and a Connect server, each a process of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER = Path(os.environ.get("HUIQUN_SPARK_SERVER", ROOT / ".venv" / "spark-server"))
PORTS = range(15000, 15100)
MEMORY = "512m"
PATIENCE = 600
LOOPBACK = "127.0.0.1"


def missing() -> str:
    """What this machine lacks to run a cluster; nothing when it has all."""
    if shutil.which("java") is None:
        return "Spark is not asked: there is no java (Debian: apt-get install openjdk-17-jre-headless)"
    if _home() is None:
        return "Spark is not asked: there is no Spark server (make test-spark installs one)"
    if find_spec("pyspark") is None:
        return "Spark is not asked: there is no Spark client (make test-spark installs one)"
    return ""


_WITH_US = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
"""A run of tests that is killed leaves no cluster behind."""


class Cluster:
    """``with Cluster(folder) as cluster``: the address of the Connect server is ``cluster.place``."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._processes = folder, list[subprocess.Popen[bytes]]()
        self._ports: Iterator[int] = _free_ports()
        self._master = next(self._ports)
        self._page = next(self._ports)
        self._connect: subprocess.Popen[bytes] | None = None
        self._settings = {
            "spark.connect.grpc.binding.address": LOOPBACK,
            "spark.connect.grpc.binding.port": next(self._ports),
            "spark.driver.host": LOOPBACK,
            "spark.driver.bindAddress": LOOPBACK,
            "spark.driver.port": next(self._ports),
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": 2,
            "spark.sql.adaptive.enabled": "false",  # it plans each small question again and again
            "spark.sql.session.timeZone": "Asia/Shanghai",  # what a bank's cluster may be set to
        }
        self.place = f"{LOOPBACK}:{self._settings['spark.connect.grpc.binding.port']}"

    def __enter__(self) -> "Cluster":
        master = f"spark://{LOOPBACK}:{self._master}"
        deploy = "org.apache.spark.deploy"
        try:
            self._daemon(
                f"{deploy}.master.Master",
                "--host",
                LOOPBACK,
                "--port",
                self._master,
                "--webui-port",
                self._page,
            )
            _wait_for(f"{LOOPBACK}:{self._master}", "the master")
            for each in (1, 2):
                places = ("--host", LOOPBACK, "--port", next(self._ports), "--webui-port", next(self._ports))
                size = ("--cores", 1, "--memory", MEMORY, "--work-dir", self._folder / f"work{each}")
                self._daemon(f"{deploy}.worker.Worker", *places, *size, master)
            self.serve()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        for process in reversed(self._processes):
            _end(process)

    def serve(self) -> None:
        """Start the Connect server, after ``fail`` once more."""
        settings = [part for name, value in self._settings.items() for part in ("--conf", f"{name}={value}")]
        self._connect = self._start(
            "spark-submit",
            "--class",
            "org.apache.spark.sql.connect.service.SparkConnectServer",
            "--master",
            f"spark://{LOOPBACK}:{self._master}",
            "--driver-memory",
            "640m",
            "--executor-memory",
            MEMORY,
            *settings,
            "spark-internal",
            SPARK_CONNECT_MODE="0",
        )
        _wait_for(self.place, "the Connect server")

    def fail(self) -> None:
        """The Connect server is gone at once, with all its sessions."""
        assert self._connect is not None
        _end(self._connect, signal.SIGKILL)

    def workers(self) -> list[str]:
        """The states of the workers that the master knows."""
        with urllib.request.urlopen(f"http://{LOOPBACK}:{self._page}/json/", timeout=10) as answer:
            return [each["state"] for each in json.load(answer)["workers"]]

    def _daemon(self, name: str, *arguments: object) -> None:
        self._start("spark-class", name, *arguments, SPARK_DAEMON_MEMORY="128m")

    def _start(self, program: str, *arguments: object, **more: str) -> "subprocess.Popen[bytes]":
        home = _home()
        assert home is not None
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))
        }
        environment = {**clean, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": LOOPBACK, **more}
        log = (self._folder / f"{len(self._processes)}-{program}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [*_WITH_US, home / "bin" / program, *map(str, arguments)],
                env=environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


def _home() -> Path | None:
    return next(iter(SERVER.glob("lib/python*/site-packages/pyspark")), None)


def _free_ports() -> Iterator[int]:
    """Two clusters at once begin at different places: a port is also free while its server is being restarted."""
    start = os.getpid() % 9 * 10 + 10
    for port in [*PORTS[start:], *PORTS[:start]]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        yield port


def _wait_for(place: str, who: str) -> None:
    host, port = place.split(":")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise TimeoutError(f"{who} did not come up at {place}")


def _end(process: "subprocess.Popen[bytes]", how: signal.Signals = signal.SIGTERM) -> None:
    """With all that it started."""
    for each in (how, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, each)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            continue
        return
