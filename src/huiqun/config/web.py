"""The web server: granian in front of Django, a few processes with a few threads each."""

import os

from granian import Granian
from granian.constants import Interfaces

BACKLOG = 2048


def run(*, host: str, port: int, processes: int, threads: int, access_log: bool) -> None:
    """Serve until told to stop; requests that have begun are finished.

    Pages are short and wait for the database, so threads serve them; static files are WhiteNoise's.
    """
    from huiqun.config import settings

    _share_database()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    server = Granian(
        "huiqun.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        backlog=BACKLOG,
        websockets=False,
        log_access=access_log,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    server.serve()


def _share_database() -> None:
    """The processes use the embedded database that this one holds, if that is what is used."""
    from huiqun.config import settings

    if not settings.given("DATABASE_URL"):
        from huiqun.config import postgres

        os.environ["DATABASE_URL"] = postgres.ensure(settings.HUIQUN_VAR / "postgres")
