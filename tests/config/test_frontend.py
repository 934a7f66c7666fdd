"""The frontend is built from nothing with the Node of the wheel, and not built twice."""

import shutil
from pathlib import Path

import pytest

from huiqun.config import frontend

FILES = {"staff.css", "staff.js", "phone.css", "phone.js", "charts.js", "mark.svg"}


def copy_sources(to: Path) -> Path:
    shutil.copytree(frontend.SOURCES, to, ignore=shutil.ignore_patterns("node_modules"))
    return to


@pytest.mark.slow
def test_builds_from_nothing_with_only_the_wheels_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/bin-without-node")
    sources, built = copy_sources(tmp_path / "frontend"), tmp_path / "built"
    assert frontend.build(sources=sources, built=built)
    assert {path.name for path in built.iterdir()} >= FILES
    assert not frontend.build(sources=sources, built=built)


def test_the_fingerprint_changes_with_a_source(tmp_path: Path) -> None:
    sources = copy_sources(tmp_path / "frontend")
    before = frontend.fingerprint(sources)
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "anything.js").touch()
    assert frontend.fingerprint(sources) == before
    (sources / "src" / "css" / "tokens.css").write_text(":root {}")
    assert frontend.fingerprint(sources) != before


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (frontend.SOURCES / "package-lock.json").read_text()


def test_customers_pages_are_light() -> None:
    """All that phone.html loads, but for the page itself."""
    frontend.build()
    assert sum((frontend.BUILT / name).stat().st_size for name in ("phone.css", "mark.svg")) < 20_000
