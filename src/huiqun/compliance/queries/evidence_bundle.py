"""One subject's evidence as a zip that is verified without the database."""

import base64
import io
import json
import zipfile
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db.models import Q

from huiqun.compliance import seal_keys
from huiqun.compliance.models import Dossier, Licence, Seal, Stop
from huiqun.compliance.models.licences import OF_PERSONS
from huiqun.compliance.rules.evidence import path_of, unpack_leaves
from huiqun.foundation import ledgers
from huiqun.foundation.models import Fact
from huiqun.lib.canonical import canonical_json
from huiqun.lib.merkle import leaf_hash, siblings

KIT = Path(__file__).parents[1] / "standalone"
FORMAT = "huiqun-evidence-1"


NAMING = ("subject", "reviewed", "ordered_by")
"""Fields by which a fact says whose run, review or benefit it tells of."""
BELONGING = ("run:", "benefit:", "stop:")
"""Nouns that belong to one subject, so that all facts about them do; a customer or licence does not."""


def facts_of(subject: str) -> list[Fact]:
    """Facts about the subject, facts that name it as theirs, and all about the runs and benefits so found."""
    named = Q(subject=subject)
    for key in NAMING:
        named |= Q(body__contains={key: subject})
    things = set(Fact.objects.filter(named).values_list("subject", flat=True).distinct())
    belonging = [each for each in things if each.startswith(BELONGING)]
    return list(Fact.objects.filter(named | Q(subject__in=belonging)).in_order())


def bundle(*, subject: str, now: datetime) -> tuple[bytes, int]:
    """The zip, and how many facts are in it."""
    facts, parts = _with_parts(subject, facts_of(subject))
    seals = list(Seal.objects.defer("leaves").order_by("number"))
    files: dict[str, bytes] = {
        each.name: each.read_bytes() for each in sorted(KIT.glob("*.*")) if each.is_file()
    }
    files["public-keys.json"] = _json(
        {k: base64.b64encode(v).decode() for k, v in seal_keys.public_keys().items()}
    )
    files["facts.json"], used = _facts_file(facts, seals)
    files["seals.json"] = _json([_seal(each) for each in seals if each.number in used])
    files |= _dossier_files(subject)
    files |= _ledger_files(subject, facts)
    files |= {f"parts/{part.ledger}-{part.batch.batch_id}.json": _part_file(part) for part in parts}
    files["manifest.json"] = _json(
        {"format": FORMAT, "subject": subject, "exported_at": now.isoformat(), "facts": len(facts)}
    )
    return _zip(files, now), len(facts)


def _facts_file(facts: list[Fact], seals: list[Seal]) -> tuple[bytes, set[int]]:
    starts = [seal.from_xid for seal in seals]
    by_seal: dict[int, list[Fact]] = {}
    unsealed: list[dict[str, Any]] = []
    for fact in facts:
        seal = seals[bisect_right(starts, fact.xid) - 1] if seals else None
        if seal is not None and fact.xid < seal.to_xid:
            by_seal.setdefault(seal.number, []).append(fact)
        else:
            unsealed.append({"row": _row(fact), "seal": None})
    proven = [entry for number, group in by_seal.items() for entry in _proofs(number, group)]
    return _json([*proven, *unsealed]), set(by_seal)


def _proofs(number: int, facts: Iterable[Fact]) -> Iterable[dict[str, Any]]:
    leaves = unpack_leaves(bytes(Seal.objects.get(number=number).leaves))
    hashes = [leaf for _, leaf in leaves]
    places = {fact_id: place for place, (fact_id, _) in enumerate(leaves)}
    for fact in facts:
        index = places.get(fact.pk)
        path = [] if index is None else [each.hex() for each in path_of(hashes, index)]
        yield {"row": _row(fact), "seal": number, "index": index, "path": path}


def _row(fact: Fact) -> str:
    return canonical_json(fact.canonical()).decode()


def _seal(seal: Seal) -> dict[str, str]:
    return {"header": seal.header().canonical().decode(), "signature": seal.signature}


def _dossier_files(subject: str) -> dict[str, bytes]:
    dossiers = Dossier.objects.filter(subject=subject).order_by("version").prefetch_related("steps")
    files = {f"dossiers/v{each.version}.json": each.frozen.encode() for each in dossiers}
    stops = Stop.objects.filter(subject=subject).order_by("pk").values()
    licence_ids = {int(key) for each in dossiers for key in _licence_ids(json.loads(each.frozen))}
    files["reviews.json"] = _json([_review(each) for each in dossiers])
    files["stops.json"] = _json(list(stops))
    files["licences.json"] = _json(_licences(licence_ids))
    return files


def _licences(ids: Collection[int]) -> list[dict[str, Any]]:
    """The register's rows; those of a person are told by number only."""
    rows = list(Licence.objects.filter(pk__in=ids).order_by("pk").values())
    return [
        row | dict.fromkeys(("name", "holder", "issuer"), "") if row["kind"] in OF_PERSONS else row
        for row in rows
    ]


def _licence_ids(body: Mapping[str, Any]) -> Iterable[int]:
    for each in body.get("licences") or ():
        key = each.get("licence_id") or each.get("id") if isinstance(each, dict) else each
        if key is not None:
            yield key


def _review(dossier: Dossier) -> dict[str, Any]:
    return {
        "dossier_id": dossier.pk,
        "version": dossier.version,
        "title": dossier.title,
        "digest": dossier.digest,
        "state": dossier.state,
        "submitted_by": dossier.submitted_by_id,
        "submitted_at": dossier.submitted_at,
        "authors": dossier.author_ids,
        "steps": [
            {
                "step_id": step.pk,
                "position": step.position,
                "name": step.name,
                "role": step.role,
                "state": step.state,
                "decided_by": step.decided_by_id,
                "acting_for": step.acting_for_id,
                "decided_at": step.decided_at,
                "comment": step.comment,
            }
            for step in dossier.steps.all()
        ],
    }


def _ledger_files(subject: str, facts: list[Fact]) -> dict[str, bytes]:
    """The batches whose roots the subject's facts tell, with their rows."""
    told = {text for fact in facts for text in _texts(fact.body) if len(text) == 64}
    files = {}
    for ledger in ledgers.registered():
        for batch in ledger.batches():
            if batch.subject == subject or batch.root in told:
                rows = [row.hex() for row in ledger.rows(batch.batch_id)]
                content = {"ledger": ledger.name, "batch": batch.batch_id, "root": batch.root, "rows": rows}
                files[f"ledgers/{ledger.name}-{batch.batch_id}.json"] = _json(content)
    return files


@dataclass(frozen=True)
class Part:
    """A subject's rows of a batch that mixes subjects, by index, with the hashes beside them."""

    ledger: str
    batch: ledgers.LedgerBatch
    rows: dict[int, bytes]
    beside: list[bytes]


def _with_parts(subject: str, facts: list[Fact]) -> tuple[list[Fact], list[Part]]:
    """The subject's rows of mixed batches, and its facts with those that tell these batches' roots."""
    parts = list(_parts(subject))
    known = {fact.pk for fact in facts}
    more = Fact.objects.filter(pk__in={part.batch.fact_id for part in parts} - known)
    return sorted([*facts, *more], key=lambda fact: (fact.xid, fact.pk)), parts


def _parts(subject: str) -> Iterable[Part]:
    for ledger in ledgers.registered():
        if ledger.rows_of is None:
            continue
        batches = {batch.batch_id: batch for batch in ledger.batches()}
        for batch_id, group in groupby(ledger.rows_of(subject), key=lambda told: told[0]):
            rows = {index: row for _, index, row in group}
            hashes = [leaf_hash(row) for row in ledger.rows(batch_id)]
            yield Part(ledger.name, batches[batch_id], rows, siblings(hashes, list(rows)))


def _part_file(part: Part) -> bytes:
    return _json(
        {
            "ledger": part.ledger,
            "batch": part.batch.batch_id,
            "count": part.batch.count,
            "root": part.batch.root,
            "rows": [[index, row.hex()] for index, row in part.rows.items()],
            "beside": [each.hex() for each in part.beside],
        }
    )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _json(value: Any) -> bytes:
    return canonical_json(value)


def _zip(files: Mapping[str, bytes], now: datetime) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in files.items():
            info = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, each)
    return content.getvalue()
