"""Looking at the evidence, and whether it is whole."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Max, Q, Sum

from huiqun.compliance import seal_keys
from huiqun.compliance.models import Dossier, Permit, Seal
from huiqun.compliance.rules.evidence import (
    BadAnchor,
    NothingSealed,
    Problem,
    SealHeader,
    chain_problem,
    compare_leaves,
    root_of_hashes,
    unpack_leaves,
)
from huiqun.foundation import ledgers
from huiqun.foundation.models import Fact, Staff
from huiqun.foundation.scope import within
from huiqun.lib import merkle
from huiqun.lib.canonical import canonical_json

ANCHOR_FORMAT = "huiqun-anchor-1"
CHUNK = 500


@dataclass(kw_only=True)
class Report:
    """What one verification looked at, and what it found."""

    problems: list[Problem] = field(default_factory=list)
    seals: int = 0
    facts: int = 0
    ledger_batches: int = 0


def fact_leaf(fact: Fact) -> bytes:
    return merkle.leaf_hash(canonical_json(fact.canonical()))


def anchor() -> dict[str, Any]:
    """What an auditor keeps outside the bank's database: the last seal's digest. :raises NothingSealed"""
    last = Seal.objects.defer("leaves").order_by("-number").first()
    if last is None:
        raise NothingSealed()
    return {
        "format": ANCHOR_FORMAT,
        "number": last.number,
        "digest": last.digest,
        "sealed_at": last.header().sealed_at,
        "key_id": last.key_id,
        "public_key": base64.b64encode(seal_keys.public_keys().get(last.key_id, b"")).decode(),
    }


def read_anchor(content: bytes) -> dict[str, Any]:
    """:raises BadAnchor"""
    try:
        read = json.loads(content)
        if read["format"] != ANCHOR_FORMAT or len(read["digest"]) != 64:
            raise BadAnchor()
        return {**read, "number": int(read["number"])}
    except (ValueError, KeyError, TypeError) as problem:
        raise BadAnchor() from problem


@dataclass(frozen=True, kw_only=True)
class EvidenceSummary:
    """``waiting``: facts not sealed yet, counted up to a thousand."""

    seals: int
    facts: int
    last: Seal | None
    waiting: int


def evidence_summary() -> EvidenceSummary:
    last = Seal.objects.defer("leaves").order_by("-number").first()
    totals = Seal.objects.aggregate(facts=Sum("count"))
    waiting = Fact.objects.filter(xid__gte=last.to_xid if last else 0).order_by()[:1000].count()
    return EvidenceSummary(
        seals=last.number if last else 0, facts=totals["facts"] or 0, last=last, waiting=waiting
    )


def sealed_below() -> int:
    """The transaction id below which all facts are sealed."""
    return int(Seal.objects.aggregate(xid=Max("to_xid"))["xid"] or 0)


def visible_facts(staff: Staff) -> Any:
    """Facts of the person's branch and below; those of no branch are the head office's to read."""
    if staff.branch is None:
        return Fact.objects.none()
    scope = within(staff.branch.path)
    return Fact.objects.filter(scope | Q(branch__isnull=True) if staff.branch.level == 0 else scope)


def verify(*, anchor: Mapping[str, Any] | None = None) -> list[Problem]:
    """Everything that is wrong with the evidence; empty when it is whole."""
    return examine(anchor=anchor).problems


def examine(*, anchor: Mapping[str, Any] | None = None) -> Report:
    """Go over the chain, all sealed facts, the dossiers and every registered ledger."""
    report = Report()
    report.problems += _guard_problems()
    _examine_chain(report, anchor)
    report.problems += _dossier_problems()
    _examine_ledgers(report)
    return report


def _guard_problems() -> list[Problem]:
    """Whether the triggers that keep facts append-only are there and always fire."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'foundation_fact'::regclass"
            " AND tgname IN ('facts_are_append_only', 'facts_are_not_truncated') AND tgenabled IN ('O', 'A')"
        )
        return [] if cursor.fetchone()[0] == 2 else [Problem("guard_off")]


def _examine_chain(report: Report, anchor: Mapping[str, Any] | None) -> None:
    keys = seal_keys.public_keys()
    previous: SealHeader | None = None
    anchored = False
    for seal in Seal.objects.order_by("number").iterator(chunk_size=20):
        header = seal.header()
        report.seals += 1
        report.facts += seal.count
        if problem := chain_problem(header, previous):
            report.problems.append(Problem(problem, {"seal": seal.number}))
        report.problems += _seal_problems(seal, header, keys)
        if anchor and seal.number == anchor["number"]:
            anchored = True
            report.problems += _anchor_problems(header, anchor, keys)
        previous = header
    if anchor and not anchored:
        report.problems.append(Problem("anchor_unknown_seal", {"seal": anchor["number"]}))


def _anchor_problems(
    header: SealHeader, anchor: Mapping[str, Any], keys: dict[str, bytes]
) -> Iterator[Problem]:
    if header.digest() != anchor["digest"]:
        yield Problem("anchor_differs", {"seal": header.number})
    public_key = base64.b64encode(keys.get(header.key_id, b"")).decode()
    if anchor.get("public_key") and anchor["public_key"] != public_key:
        yield Problem("anchor_key_differs")


def _seal_problems(seal: Seal, header: SealHeader, keys: dict[str, bytes]) -> Iterator[Problem]:
    place = {"seal": seal.number}
    if header.digest() != seal.digest:
        yield Problem("seal_altered", place)
    if not seal_keys.is_signed(header.canonical(), seal.signature, keys.get(seal.key_id)):
        yield Problem("bad_signature", place)
    facts = Fact.objects.filter(xid__gte=seal.from_xid, xid__lt=seal.to_xid).in_order()
    found = [(fact.pk, fact_leaf(fact)) for fact in facts.iterator(chunk_size=CHUNK)]
    recorded = _recorded_leaves(seal)
    if recorded is None:
        yield Problem("leaf_list_altered", place)
    if root_of_hashes(leaf for _, leaf in found).hex() == seal.root and len(found) == seal.count:
        return
    differences = (
        compare_leaves(seal=seal.number, recorded=recorded, found=found) if recorded is not None else []
    )
    yield from differences or [Problem("batch_altered", place)]


def _recorded_leaves(seal: Seal) -> list[tuple[int, bytes]] | None:
    """The seal's own list of leaves, when it still gives the root."""
    try:
        leaves = unpack_leaves(bytes(seal.leaves))
    except ValueError:
        return None
    return leaves if root_of_hashes(leaf for _, leaf in leaves).hex() == seal.root else None


def _dossier_problems() -> Iterator[Problem]:
    """Dossiers must be what the facts say was submitted, and permits what the facts say was approved."""
    submitted = Fact.objects.filter(kind="compliance.DossierSubmitted").values_list("body", flat=True)
    told = {body["dossier_id"]: body["digest"] for body in submitted.iterator(chunk_size=CHUNK)}
    for key, digest, frozen in Dossier.objects.values_list("pk", "digest", "frozen").iterator(chunk_size=50):
        if told.pop(key, None) != digest or hashlib.sha256(frozen.encode()).hexdigest() != digest:
            yield Problem("dossier_altered", {"dossier": key})
    yield from (Problem("dossier_altered", {"dossier": key}) for key in sorted(told))
    for permit in Permit.objects.filter(approved=True).order_by("subject"):
        proof = Fact.objects.filter(
            kind="compliance.DossierApproved", subject=permit.subject, body__digest=permit.digest
        )
        if not proof.exists():
            yield Problem("permit_unproven", {"subject": permit.subject})


def _examine_ledgers(report: Report) -> None:
    for ledger in ledgers.registered():
        for batch in ledger.batches():
            report.ledger_batches += 1
            report.problems += _ledger_problems(ledger, batch)
        report.problems += [
            Problem("ledger_stray", {"ledger": ledger.name, "stray": stray}) for stray in ledger.strays()
        ]


def _ledger_problems(ledger: ledgers.Ledger, batch: ledgers.LedgerBatch) -> Iterator[Problem]:
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for row in ledger.rows(batch.batch_id):
            count += 1
            yield row

    root = merkle.root(counted()).hex()
    place = {"ledger": ledger.name, "batch": batch.batch_id}
    if count != batch.count:
        yield Problem("ledger_count", {**place, "found": count, "expected": batch.count})
    elif root != batch.root:
        yield Problem("ledger_altered", place)
