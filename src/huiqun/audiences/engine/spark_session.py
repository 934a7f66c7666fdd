"""One session with the bank's Spark cluster per process, by Spark Connect, without a JVM on this side."""

import os
import socket
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from huiqun.audiences.engine.refusals import ClusterGaveUp, ClusterSilent, ClusterTooSlow, ClusterUnfit

ANSWERS_WITHIN = 5.0
"""Seconds for the first sign of life; a cluster that is there answers in milliseconds."""
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.variable.substitute": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
}
"""What a cluster may have been set to otherwise, and what would then change an answer."""


CHANNEL = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_reconnect_backoff_ms", 1000)]
"""A new session knocks anew: gRPC would share with it how long the last one had decided to wait."""
PROBE = r"""
    SELECT current_timezone() = 'UTC' AS utc, SUBSTRING(version(), 1, 1) >= '4' AS new,
        'a' = 'A' OR 'a' = 'a ' OR 'é' = 'e' AS alike, LENGTH('\\') AS backslash, LENGTH('${x}') AS variable
"""
EXPECTED = {
    "utc": (True, "its sessions do not stay in UTC"),
    "new": (True, "it is older than Spark 4"),
    "alike": (False, "it takes texts for the same that are not"),
    "backslash": (1, "it reads text between quotes in the way of Spark 1 (escapedStringLiterals)"),
    "variable": (4, "it takes ${…} within a text for a variable of its own (spark.sql.variable.substitute)"),
}


class Sessions:
    """Opens a session when it is first needed and again after it was lost. :param address: ``sc://host:port``"""

    def __init__(self, address: str) -> None:
        self.address = address
        parts = urlsplit(address.replace("sc://", "http://", 1).split(";")[0])
        self._place = (parts.hostname or "", parts.port or 15002)
        self.shown = f"{self._place[0]}:{self._place[1]}"
        self._held: tuple[int, Any] | None = None
        self._lock = Lock()

    def get(self) -> Any:
        """The session of this process. :raises ClusterSilent, ClusterUnfit"""
        with self._lock:
            if self._held is None or self._held[0] != os.getpid() or self._held[1].is_stopped:
                self._held = (os.getpid(), self._open())
            return self._held[1]

    def forget(self, session: Any) -> None:
        """The next question opens another one."""
        with self._lock:
            if self._held is not None and self._held[1] is session:
                self._held = None

    def _open(self) -> Any:
        self.knock()
        session = _client(self.address, self.shown)
        try:
            for name, value in SETTINGS.items():
                session.conf.set(name, value)
            (found,) = session.sql(PROBE).toArrow().to_pylist()
        except Exception as error:
            raise (told(error, self.shown) if is_of_spark(error) else error) from error
        for name, (wanted, reason) in EXPECTED.items():
            if found[name] != wanted:
                raise ClusterUnfit(address=self.shown, reason=reason)
        return session

    def knock(self) -> None:
        """Whether anybody listens there: gRPC itself would wait for minutes. :raises ClusterSilent"""
        try:
            socket.create_connection(self._place, timeout=ANSWERS_WITHIN).close()
        except OSError:
            raise ClusterSilent(address=self.shown) from None


def is_of_spark(error: Exception) -> bool:
    """Whether the cluster or its client said it; what is wrong with the question itself is a bug, and loud."""
    from grpc import RpcError
    from pyspark.errors import AnalysisException, ParseException, PySparkException

    asked_wrongly = isinstance(error, (AnalysisException, ParseException))
    return isinstance(error, (PySparkException, RpcError)) and not asked_wrongly


def told(error: Exception, shown: str, seconds: int = 0) -> Exception:
    """The refusal for what the cluster said: silent, too slow, or given up."""
    code, words = _code(error), str(error).splitlines()[0][:200]
    if is_lost(error):
        return ClusterSilent(address=shown)
    if "OPERATION_CANCELED" in (code or words) and seconds:
        return ClusterTooSlow(seconds=seconds)
    return ClusterGaveUp(reason=code or words)


def is_lost(error: Exception) -> bool:
    """Whether the server is gone or has forgotten the session: another session may answer."""
    words = f"{_code(error)} {error}"
    return any(
        sign in words
        for sign in (
            "UNAVAILABLE",
            "INVALID_HANDLE.SESSION",
            "RETRIES_EXCEEDED",
            "SESSION_NOT_SAME",
            "NO_ACTIVE_SESSION",
        )
    )


def _code(error: Exception) -> str:
    get = getattr(error, "getCondition", None)
    return str((get and get()) or "")


def _client(address: str, shown: str) -> Any:
    try:
        from pyspark.sql.connect.client.core import DefaultChannelBuilder
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError:
        raise ClusterUnfit(address=shown, reason="the client is missing: install huiqun[spark]") from None
    session = SparkSession.builder.channelBuilder(DefaultChannelBuilder(address, CHANNEL)).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=4, initial_backoff=100, max_backoff=2000)])
    return session
