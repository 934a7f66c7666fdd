"""The demo starts at any hour, says plainly what is in its way, and throws away only what it made."""

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqun.config import demo
from huiqun.config.demo import DemoOptions, DemoRefused, clock_offset
from huiqun.lib.days import BANK_ZONE


@pytest.fixture
def held_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_says_which_port_is_busy_and_how_to_choose_another(held_port, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "huiqun.config.command_line", "demo", "--port", str(held_port)],
        env={**os.environ, "HUIQUN_VAR": str(tmp_path), "HUIQUN_MODE": "demo"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert f"Port {held_port} is in use" in done.stdout
    assert f"make demo PORT={held_port + 100}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["demo.lock"]  # nothing was started


def test_refuses_a_second_demo_of_the_same_folder(tmp_path):
    options = DemoOptions(folder=tmp_path)
    with (
        demo._only_demo_of(options),
        pytest.raises(DemoRefused, match="running from this folder already"),
        demo._only_demo_of(options),
    ):
        pass


def test_does_not_start_on_a_production_database(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "huiqun.config.command_line", "demo"],
        env={**os.environ, "HUIQUN_VAR": str(tmp_path), "HUIQUN_MODE": "production"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1 and "does not start on a bank's database" in done.stderr
    assert list(tmp_path.iterdir()) == []


def at_the_bank(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=BANK_ZONE)


def test_leaves_the_clock_alone_in_the_daytime(tmp_path):
    kept = tmp_path / "clock.json"
    assert clock_offset(kept, at_the_bank(9)) == 0
    assert clock_offset(kept, at_the_bank(19, 59)) == 0
    assert not kept.exists()


@pytest.mark.parametrize(("hour", "ahead"), [(20, 14), (23, 11), (0, 10), (8, 2)])
def test_moves_the_clock_to_the_next_morning_at_night(hour, ahead, tmp_path):
    assert clock_offset(tmp_path / "clock.json", at_the_bank(hour)) == ahead * 3600


@given(starts=st.lists(st.integers(0, 60 * 24 * 3), min_size=1, max_size=8))
def test_never_moves_the_clock_back_and_it_is_always_daytime(starts):
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        last = datetime(2026, 1, 1, tzinfo=UTC)
        for minutes in sorted(starts):
            now = at_the_bank(0) + timedelta(minutes=minutes)
            from pathlib import Path

            seen = now + timedelta(seconds=clock_offset(Path(folder) / "clock.json", now))
            assert seen >= last
            assert 9 <= seen.astimezone(BANK_ZONE).hour < 20
            last = seen


def test_throws_away_only_what_the_demo_made(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    for name in ("postgres", "lake", "demo-bank", "mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    (tmp_path / "secrets.json").write_text(json.dumps({}))
    demo._forget(DemoOptions(folder=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "secrets.json"]


def test_does_not_empty_a_database_that_it_was_given(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://bank/huiqun")
    (tmp_path / "lake").mkdir()
    with pytest.raises(DemoRefused, match="DATABASE_URL"):
        demo._forget(DemoOptions(folder=tmp_path))
    assert (tmp_path / "lake").exists()
