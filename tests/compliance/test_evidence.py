"""Sealing, and every way of tampering with what was sealed."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from huiqun.compliance import actions, queries, seal_keys
from huiqun.compliance.models import Seal, Verification
from huiqun.compliance.rules import evidence as rules
from huiqun.foundation import facts, ledgers
from huiqun.foundation.models import Fact
from huiqun.lib import merkle
from huiqun.lib.event import Event
from huiqun.lib.refusal import NotFound
from tests.makers.compliance import approve_all, make_dossier
from tests.settling import wait_until_settled

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, kw_only=True)
class Told(Event):
    about: ClassVar[str] = "thing_id"
    thing_id: int
    subject_name: str = ""
    root: str = ""


def tell(count: int, now: Any, **over: Any) -> list[int]:
    return [_tell(each, now, **over) for each in range(count)]


@transaction.atomic
def _tell(each: int, now: Any, **over: Any) -> int:
    return facts.record(Told(thing_id=each, **over), at=now)


@contextmanager
def without_triggers() -> Iterator[Any]:
    """What an administrator of the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = origin")


def tamper(statement: str) -> None:
    with without_triggers() as cursor:
        cursor.execute(statement)


def found() -> list[str]:
    return [problem.code for problem in queries.verify()]


def seal(now: Any) -> int:
    wait_until_settled()
    return actions.seal_facts(now=now)


@pytest.fixture
def sealed(db: None, now: Any) -> list[int]:
    """Nine facts under three seals."""
    ids = []
    for _ in range(3):
        ids += tell(3, now)
        assert seal(now) == 3
    return ids


def test_whole_evidence_has_no_problems(sealed: list[int], now: Any) -> None:
    report = queries.examine()
    assert (report.problems, report.seals, report.facts) == ([], 3, 9)
    assert seal(now) == 0


def test_facts_refuse_change_while_the_trigger_stands(sealed: list[int]) -> None:
    for statement in (
        "UPDATE foundation_fact SET kind = 'x'",
        "DELETE FROM foundation_fact",
        "TRUNCATE foundation_fact CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError):
        Seal.objects.all().delete()
    assert found() == []


@pytest.mark.parametrize(
    "change",
    [
        "body = '{\"thing_id\": 99}'",
        "at = at + interval '1 second'",
        "kind = 'x.Other'",
        "subject = 'thing:99'",
    ],
)
def test_finds_an_altered_fact(sealed: list[int], change: str) -> None:
    tamper(f"UPDATE foundation_fact SET {change} WHERE id = {sealed[4]}")
    assert [(p.code, p.values) for p in queries.verify()] == [
        ("fact_altered", {"seal": 2, "fact": sealed[4]})
    ]


def test_finds_a_missing_fact(sealed: list[int]) -> None:
    tamper(f"DELETE FROM foundation_fact WHERE id = {sealed[0]}")
    assert [(p.code, p.values["fact"]) for p in queries.verify()] == [("fact_missing", sealed[0])]


def test_finds_a_fact_inserted_below_the_sealed_horizon(sealed: list[int]) -> None:
    xid = Fact.objects.get(pk=sealed[4]).xid
    tamper(
        "INSERT INTO foundation_fact (id, xid, kind, subject, body, at)"
        f" VALUES (424242, {xid}, 'x.Forged', '', '{{}}', now())"
    )
    assert [(p.code, p.values) for p in queries.verify()] == [("fact_inserted", {"seal": 2, "fact": 424242})]


def test_finds_a_fact_inserted_between_sealed_transactions(sealed: list[int]) -> None:
    """Also where no sealed fact has this transaction id."""
    free = Seal.objects.get(number=2).to_xid - 1
    assert not Fact.objects.filter(xid=free, pk__in=sealed[3:5]).exists()
    tamper(
        f"INSERT INTO foundation_fact (id, xid, kind, subject, body, at) VALUES (5, {free}, 'x', '', '{{}}', now())"
        if 5 not in sealed
        else f"INSERT INTO foundation_fact (id, xid, kind, subject, body, at) VALUES (999999, {free}, 'x', '', '{{}}', now())"
    )
    assert found() == ["fact_inserted"]


def test_finds_two_facts_that_changed_places(sealed: list[int]) -> None:
    first, second = sealed[3], sealed[4]
    bodies = {row.pk: row.xid for row in Fact.objects.filter(pk__in=(first, second))}
    tamper(f"UPDATE foundation_fact SET xid = {bodies[second]} WHERE id = {first}")
    tamper(f"UPDATE foundation_fact SET xid = {bodies[first]} WHERE id = {second}")
    assert found() == ["fact_altered", "fact_altered"]


def test_finds_a_removed_seal_and_a_broken_chain(sealed: list[int]) -> None:
    tamper("DELETE FROM compliance_seal WHERE number = 2")
    assert found() == ["chain_gap"]
    tamper(f"UPDATE compliance_seal SET previous = '{'0' * 64}', number = 2 WHERE number = 3")
    assert {"chain_broken", "bad_signature", "seal_altered"} <= set(found())


def test_finds_a_root_rewritten_to_fit(sealed: list[int]) -> None:
    """Whoever alters a fact and recomputes its seal lacks the key."""
    tamper(f"UPDATE foundation_fact SET kind = 'x.Other' WHERE id = {sealed[4]}")
    seal = Seal.objects.get(number=2)
    rows = Fact.objects.filter(xid__gte=seal.from_xid, xid__lt=seal.to_xid).in_order()
    leaves = [(row.pk, queries.evidence.fact_leaf(row)) for row in rows]
    root = rules.root_of_hashes(leaf for _, leaf in leaves).hex()
    packed = rules.pack_leaves(leaves).hex()
    tamper(f"UPDATE compliance_seal SET root = '{root}', leaves = '\\x{packed}' WHERE number = 2")
    tamper(
        f"UPDATE compliance_seal SET digest = '{Seal.objects.get(number=2).header().digest()}' WHERE number = 2"
    )
    assert set(found()) == {"bad_signature", "chain_broken"}


def test_finds_an_altered_leaf_list(sealed: list[int]) -> None:
    tamper("UPDATE compliance_seal SET leaves = '\\x00' WHERE number = 1")
    assert found() == ["leaf_list_altered"]
    tamper(f"UPDATE foundation_fact SET kind = 'x' WHERE id = {sealed[0]}")
    assert found() == ["leaf_list_altered", "batch_altered"]


def test_only_the_anchor_finds_a_chain_rewritten_with_the_key(sealed: list[int], now: Any) -> None:
    anchor = queries.read_anchor(json.dumps(queries.anchor()).encode())
    assert queries.verify(anchor=anchor) == []
    tamper(f"DELETE FROM foundation_fact WHERE id = {sealed[0]}")
    tamper("DELETE FROM compliance_seal")
    seal(now)
    assert found() == []
    assert [p.code for p in queries.verify(anchor=anchor)] == ["anchor_unknown_seal"]
    for _ in range(2):
        tell(1, now)
        seal(now)
    assert [p.code for p in queries.verify(anchor=anchor)] == ["anchor_differs"]


def test_finds_seals_of_another_key(sealed: list[int], settings: Any, now: Any) -> None:
    import base64

    anchor, old = queries.anchor(), settings.HUIQUN_SEAL_KEY
    new = base64.b64encode(b"k" * 32).decode()
    settings.HUIQUN_SEAL_KEY = new
    assert set(found()) == {"bad_signature"}
    settings.HUIQUN_SEAL_KEY = f"{new},{old}"
    tell(1, now)
    seal(now)
    assert queries.verify(anchor=anchor) == []
    assert len(seal_keys.public_keys()) == 2


def test_refuses_what_is_no_anchor(db: None) -> None:
    for content in (b"", b"[]", b"{}", b'{"format": "huiqun-anchor-1", "digest": "", "number": 1}'):
        with pytest.raises(rules.BadAnchor):
            queries.read_anchor(content)
    with pytest.raises(rules.NothingSealed):
        queries.anchor()


def test_finds_the_trigger_switched_off(sealed: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE foundation_fact DISABLE TRIGGER facts_are_append_only")
        try:
            assert found() == ["guard_off"]
        finally:
            cursor.execute("ALTER TABLE foundation_fact ENABLE TRIGGER facts_are_append_only")


def test_facts_of_a_transaction_under_way_are_sealed_later(db: None, now: Any) -> None:
    """An earlier transaction that commits late must not fall behind the sealed horizon."""
    import threading

    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            _tell(1, now)
            begun.set()
            go_on.wait(timeout=10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(timeout=10)
    tell(2, now)
    assert actions.seal_facts(now=now) == 0
    go_on.set()
    thread.join(timeout=10)
    assert seal(now) == 3
    assert found() == []


def test_large_batches_end_between_transactions(db: None, now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiqun.compliance.actions.evidence.BATCH", 4)
    tell(3, now)
    with transaction.atomic():
        for each in range(6):
            facts.record(Told(thing_id=each), at=now)
    tell(2, now)
    assert seal(now) == 11
    assert list(Seal.objects.values_list("count", flat=True)) == [3, 6, 2]
    assert found() == []


def test_refuses_to_seal_a_rewound_database(sealed: list[int], now: Any) -> None:
    tamper("UPDATE compliance_seal SET to_xid = to_xid + 1000000 WHERE number = 3")
    with pytest.raises(rules.DatabaseRewound):
        seal(now)
    assert Seal.objects.count() == 3


def test_seals_nothing_while_the_horizon_steps_back(
    sealed: list[int], now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A neighbouring database's transaction that has just ended counts as ours for a moment: no sign of a restored copy."""
    tell(1, now)
    last = Seal.objects.latest("number").to_xid
    with monkeypatch.context() as patched:
        patched.setattr("huiqun.compliance.actions.evidence.horizon", lambda: last - 1)
        assert seal(now) == 0
    assert Seal.objects.count() == 3


def test_verifying_is_kept_and_is_a_fact(sealed: list[int], auditor: Any, now: Any) -> None:
    tamper(f"DELETE FROM foundation_fact WHERE id = {sealed[0]}")
    problems = actions.verify_evidence(by=auditor, now=now)
    assert "missing" in str(problems[0])
    row = Verification.objects.get()
    assert (row.state, row.seals, len(row.problems)) == ("problems", 3, 1)
    assert Fact.objects.filter(kind="compliance.EvidenceVerified").count() == 1


def test_a_dossier_rewritten_behind_the_facts_is_found(north: Any, marketer: Any, now: Any) -> None:
    dossier_id = make_dossier(branch=north, by=marketer)
    seal(now)
    tamper("UPDATE compliance_dossier SET frozen = replace(frozen, '有风险', '无风险')")
    assert [(p.code, p.values["dossier"]) for p in queries.verify()] == [("dossier_altered", dossier_id)]
    tamper(
        "INSERT INTO compliance_permit (subject, digest, approved, stopped, stop_reason, licence_ids, outdated)"
        " VALUES ('campaign:5', 'abc', true, false, '', '{}', false)"
    )
    assert found() == ["dossier_altered", "permit_unproven"]


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, list[bytes]]]:
    """A ledger beside the facts, as delivery has one: two batches."""
    rows = {1: [b"row-1", b"row-2"], 2: [b"row-3"]}
    batches = [ledgers.LedgerBatch(key, len(each), merkle.root(each).hex()) for key, each in rows.items()]
    monkeypatch.setattr(ledgers, "_ledgers", {})
    ledgers.register(ledgers.Ledger("touches", batches=lambda: batches, rows=lambda key: rows[key]))
    yield rows


def test_verifies_every_registered_ledger(sealed: list[int], ledger: dict[int, list[bytes]]) -> None:
    assert (found(), queries.examine().ledger_batches) == ([], 2)
    ledger[1][0] = b"row-X"
    ledger[2].append(b"row-4")
    assert found() == ["ledger_altered", "ledger_count"]


# --- the evidence of one campaign, without the database


@pytest.fixture
def archive(north: Any, marketer: Any, auditor: Any, ledger: Any, now: Any) -> bytes:
    approve_all(make_dossier(branch=north, by=marketer, subject="campaign:12"))
    make_dossier(branch=north, by=marketer, subject="campaign:12", goal="第二版")
    make_dossier(branch=north, by=marketer, subject="campaign:13")
    for rows in ledger.values():
        with transaction.atomic():
            facts.record(Batch(reviewed="campaign:12", root=merkle.root(rows).hex()), at=now)
    return actions.export_evidence(subject="campaign:12", by=auditor, now=now)


@dataclass(frozen=True, kw_only=True)
class Batch(Event):
    reviewed: str
    root: str


def verify_alone(folder: Path, *arguments: str) -> tuple[int, str]:
    """In a process that has neither the project nor a database."""
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder), *arguments],
        capture_output=True,
        text=True,
        env={},
        cwd="/",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(archive: bytes, tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        content.extractall(tmp_path / "evidence")
    return tmp_path / "evidence"


def test_exported_evidence_is_verified_without_the_database(folder: Path, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.json"
    anchor.write_text(json.dumps(queries.anchor()))
    status, words = verify_alone(folder, "--anchor", str(anchor))
    assert status == 0, words
    assert "The evidence is whole." in words and "campaign:13" not in words
    assert sorted(each.name for each in (folder / "dossiers").glob("*")) == ["v1.json", "v2.json"]
    assert sorted(each.name for each in (folder / "ledgers").glob("*")) == [
        "touches-1.json",
        "touches-2.json",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("dossiers/v1.json", "有风险", "无风险"),
        ("facts.json", "StepApproved", "StepApprove_"),
        ("facts.json", "business_reviewer", "business_reviewe_"),
        ("seals.json", '\\"count\\":', '\\"count\\":1'),
        ("ledgers/touches-1.json", "726f772d31", "726f772d39"),
        ("public-keys.json", ':"', ':"AAAA'),
    ],
)
def test_finds_exported_evidence_altered(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert verify_alone(folder)[0] != 0


def test_finds_facts_or_versions_left_out(folder: Path) -> None:
    kept = json.loads((folder / "facts.json").read_text())
    (folder / "facts.json").write_text(json.dumps(kept[1:]))
    assert verify_alone(folder)[0] == 1
    (folder / "facts.json").write_text(json.dumps(kept))
    (folder / "dossiers/v1.json").unlink()
    assert verify_alone(folder)[0] == 1


def test_exports_within_scope_only(archive: bytes, stranger: Any, now: Any) -> None:
    with pytest.raises(NotFound):
        actions.export_evidence(subject="campaign:12", by=stranger, now=now)
    assert Fact.objects.filter(kind="compliance.EvidenceExported").count() == 1
