"""What a campaign did to people is in its evidence, and whoever alters it there is found without a database."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from huiqun.compliance import actions as compliance
from huiqun.delivery import actions as delivery
from huiqun.delivery.models import Recipient, Touch
from huiqun.foundation import ledgers
from tests.makers.campaigns import make_running
from tests.settling import wait_until_settled


@pytest.fixture
def folder(north: Any, auditor: Any, now: Any, transactional_db: None, tmp_path: Path) -> Path:
    """The evidence of one of two campaigns whose touches were sealed together, in two batches."""
    mine, other = make_running(branch=north, people=3), make_running(branch=north, people=2)
    wait_until_settled()
    delivery.seal_touches(now=now)
    for campaign in (mine, other):
        recipient = Recipient.objects.filter(run_id=campaign.run_id)[0]
        delivery.record_touch(recipient_id=recipient.pk, kind="clicked", at=now)
    wait_until_settled()
    delivery.seal_touches(now=now)
    wait_until_settled()
    compliance.seal_facts(now=now)
    content = compliance.export_evidence(subject=mine.subject, by=auditor, now=now)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path / "evidence")
    return tmp_path / "evidence"


def verify(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder)],
        capture_output=True,
        text=True,
        env={},
        cwd="/",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def parts(folder: Path) -> list[Path]:
    return sorted((folder / "parts").glob("touches-*.json"), key=lambda path: int(path.stem.split("-")[1]))


def test_holds_its_own_touches_and_hashes_of_the_others(folder: Path) -> None:
    status, words = verify(folder)
    assert status == 0, words
    assert "The evidence is whole." in words
    assert "4 rows more of 2 shared batches" in words
    first, second = (json.loads(path.read_bytes()) for path in parts(folder))
    assert (len(first["rows"]), first["count"], len(first["beside"]) > 0) == (3, 5, True)
    assert (len(second["rows"]), second["count"]) == (1, 2)
    assert "|clicked|" in bytes.fromhex(second["rows"][0][1]).decode()


def test_gives_each_subject_its_rows_only(folder: Path) -> None:
    (touches,) = (each for each in ledgers.registered() if each.name == "touches")
    assert touches.rows_of is not None
    rows = [row for subject in subjects() for *_, row in touches.rows_of(subject)]
    assert len(rows) == len(set(rows)) == Touch.objects.count() == 7
    assert list(touches.rows_of("campaign:0")) == []


def subjects() -> list[str]:
    from huiqun.delivery.models import Run

    return list(Run.objects.values_list("subject", flat=True))


def altered(part: dict[str, Any]) -> None:
    index, row = part["rows"][0]
    text = bytes.fromhex(row).decode().replace("|sent|", "|opened|")
    part["rows"][0] = [index, text.encode().hex()]


def dropped(part: dict[str, Any]) -> None:
    part["rows"].pop()


def moved(part: dict[str, Any]) -> None:
    part["rows"][0], part["rows"][1] = (
        [part["rows"][0][0], part["rows"][1][1]],
        [part["rows"][1][0], part["rows"][0][1]],
    )


def added(part: dict[str, Any]) -> None:
    part["beside"].append("00" * 32)


def shortened(part: dict[str, Any]) -> None:
    part["count"] -= 1


@pytest.mark.parametrize("change", [altered, dropped, moved, added, shortened])
def test_finds_a_touch_that_was_changed_in_the_zip(folder: Path, change: Any) -> None:
    path = parts(folder)[0]
    part = json.loads(path.read_bytes())
    change(part)
    path.write_text(json.dumps(part))

    status, words = verify(folder)

    assert status == 1
    assert f"PROBLEM: parts/{path.name}: the rows do not lead to the root" in words


def test_finds_a_batch_that_no_fact_tells_of(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    try:
        import verify as alone  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("verify", None)
    path = parts(folder)[0]
    part = json.loads(path.read_bytes())
    altered(part)
    leaves = [(index, alone.sha256(b"\x00" + bytes.fromhex(row))) for index, row in part["rows"]]
    beside = iter([bytes.fromhex(each) for each in part["beside"]])
    part["root"] = alone.fold(leaves, 0, part["count"], beside).hex()
    path.write_text(json.dumps(part))

    status, words = verify(folder)

    assert status == 1
    assert f"PROBLEM: parts/{path.name}: no proven fact tells of this root" in words
