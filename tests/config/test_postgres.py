"""The embedded PostgreSQL: started once however many ask, stopped by the last to leave."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from huiqun.config import postgres
from huiqun.config.postgres import Cluster, PostgresFailed

HOLDS = (
    "import sys; from huiqun.config import postgres;"
    "url = postgres.ensure(sys.argv[1], fast=True);"
    "print(url, flush=True); sys.stdin.read()"
)


def holder(folder: Path) -> subprocess.Popen[str]:
    source = str(Path(postgres.__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    )


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("", timeout=60)


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_two_that_start_at_once_share_one_server_and_the_last_stops_it(tmp_path):
    one, other = holder(tmp_path / "pg"), holder(tmp_path / "pg")
    url = url_of(one)
    assert url_of(other) == url
    let_go(one)
    assert answers(url)
    let_go(other)
    assert not answers(url)
    assert postgres.server_pid(Cluster(folder=tmp_path / "pg")) is None


@pytest.mark.slow
def test_a_holder_that_was_killed_holds_no_longer(tmp_path):
    killed = holder(tmp_path / "pg")
    url = url_of(killed)
    killed.kill()
    killed.communicate()
    assert answers(url)  # nobody was there to stop it
    next_one = holder(tmp_path / "pg")
    assert url_of(next_one) == url
    let_go(next_one)
    assert not answers(url)


def test_works_under_a_path_too_long_for_a_socket(tmp_path):
    folder = tmp_path / ("long" * 30)
    process = holder(folder)
    url = url_of(process)
    try:
        assert answers(url)
        assert not Cluster(folder=folder).socket_folder.is_relative_to(tmp_path)
    finally:
        let_go(process)


@pytest.mark.slow
def test_keeps_data_over_a_restart(tmp_path):
    for expected in (None, "kept"):
        process = holder(tmp_path / "pg")
        with psycopg.connect(url_of(process)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
            row = connection.execute("SELECT text FROM note").fetchone()
            assert (row[0] if row else None) == expected
            connection.execute("INSERT INTO note VALUES ('kept')")
        let_go(process)


def test_refuses_a_folder_of_another_version(tmp_path):
    cluster = Cluster(folder=tmp_path, version=18)
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(PostgresFailed, match="made by PostgreSQL 16, not 18"):
        postgres._refuse_other_version(cluster)


@pytest.mark.slow
def test_mends_a_folder_that_was_left_half_made(tmp_path):
    folder = tmp_path / "pg"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "half").write_text("x")
    process = holder(folder)
    try:
        assert answers(url_of(process))
    finally:
        let_go(process)


@pytest.mark.slow
def test_sixteen_works_too(tmp_path):
    began = time.monotonic()
    url = postgres.ensure(tmp_path / "pg", version=16, fast=True)
    try:
        with psycopg.connect(url) as connection:
            version = connection.execute("SHOW server_version").fetchone()
            assert version is not None and version[0].startswith("16.")
        assert time.monotonic() - began < 60
    finally:
        postgres.release(Cluster(folder=tmp_path / "pg", version=16))
