#!/usr/bin/env python3
"""Verify a folder (or zip) of evidence without any database. Needs Python 3.9 and `cryptography`.

    python verify.py [folder-or-zip] [--anchor anchor.json]

Without an anchor the keys in public-keys.json are believed: compare their ids with those the bank has
published. Exit status 0: whole; 1: something is wrong (each line says what); 2: not evidence.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def climb(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that a leaf at ``index`` of ``size`` leads to by its path (RFC 6962), or None."""
    if size == 1:
        return None if path or index else leaf
    if not path:
        return None
    split = 1 << ((size - 1).bit_length() - 1)
    if index < split:
        below = climb(leaf, index, split, path[:-1])
        return below and node(below, path[-1])
    below = climb(leaf, index - split, size - split, path[:-1])
    return below and node(path[-1], below)


def root_of(rows: Iterable[bytes]) -> bytes:
    peaks: list[tuple[int, bytes]] = []
    for row in rows:
        size, each = 1, sha256(b"\x00" + row)
        while peaks and peaks[-1][0] == size:
            each = node(peaks.pop()[1], each)
            size *= 2
        peaks.append((size, each))
    if not peaks:
        return sha256(b"")
    each = peaks.pop()[1]
    while peaks:
        each = node(peaks.pop()[1], each)
    return each


def fold(leaves: list[tuple[int, bytes]], start: int, size: int, beside: Iterator[bytes]) -> bytes:
    """The hash over ``size`` rows from ``start`` on, of which some are known and the others hashed away."""
    if not leaves:
        return next(beside)
    if size == 1:
        return leaves[0][1]
    split = 1 << ((size - 1).bit_length() - 1)
    left = [each for each in leaves if each[0] < start + split]
    right = leaves[len(left) :]
    return node(fold(left, start, split, beside), fold(right, start + split, size - split, beside))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


class Evidence:
    def __init__(self, place: str) -> None:
        self.zip = zipfile.ZipFile(place) if Path(place).is_file() else None
        self.folder = Path(place)

    def read(self, name: str) -> bytes:
        return self.zip.read(name) if self.zip else (self.folder / name).read_bytes()

    def load(self, name: str) -> Any:
        return json.loads(self.read(name))

    def names(self, folder: str) -> list[str]:
        if self.zip:
            return sorted(each for each in self.zip.namelist() if each.startswith(folder + "/"))
        return sorted(folder + "/" + each.name for each in (self.folder / folder).glob("*"))


def check_seals(evidence: Evidence, anchor: Any, problems: list[str]) -> dict[int, Any]:
    """Headers of the seals that are truly signed, by number."""
    keys = {key: base64.b64decode(text) for key, text in evidence.load("public-keys.json").items()}
    if anchor:
        trusted = base64.b64decode(anchor["public_key"])
        keys = {key: raw for key, raw in keys.items() if raw == trusted}
        if not keys:
            problems.append("the anchor's key is not among the keys of this evidence")
    seals = {}
    for seal in evidence.load("seals.json"):
        text = seal["header"].encode()
        header = json.loads(text)
        raw = keys.get(header["key_id"])
        try:
            if raw is None:
                raise InvalidSignature
            Ed25519PublicKey.from_public_bytes(raw).verify(bytes.fromhex(seal["signature"]), text)
        except (InvalidSignature, ValueError):
            problems.append("seal {} does not bear a trusted signature".format(header["number"]))
            continue
        if (
            anchor
            and header["number"] == anchor["number"]
            and hashlib.sha256(text).hexdigest() != anchor["digest"]
        ):
            problems.append("seal {} is not the one in the anchor".format(header["number"]))
        seals[header["number"]] = header
    return seals


def check_facts(evidence: Evidence, seals: dict[int, Any], problems: list[str]) -> tuple[list[Any], int]:
    """Facts that are proven to stand under a signed seal."""
    proven: list[Any] = []
    unsealed, last = 0, (-1, -1)
    for entry in evidence.load("facts.json"):
        fact = json.loads(entry["row"])
        if entry["seal"] is None:
            unsealed += 1
            continue
        header = seals.get(entry["seal"])
        root = None
        if header and entry["index"] is not None:
            leaf = sha256(b"\x00" + entry["row"].encode())
            path = [bytes.fromhex(each) for each in entry["path"]]
            root = climb(leaf, entry["index"], header["count"], path)
        if header is None or root is None or root.hex() != header["root"]:
            problems.append("fact {} is not proven by seal {}".format(fact["id"], entry["seal"]))
            continue
        if (fact["xid"], fact["id"]) <= last:
            problems.append("fact {} stands out of order or twice".format(fact["id"]))
        last = (fact["xid"], fact["id"])
        proven.append(fact)
    return proven, unsealed


def check_dossiers(evidence: Evidence, proven: list[Any], problems: list[str]) -> None:
    """Every version is what was submitted; every approval is of a version that three people approved."""
    submitted = {f["body"]["version"]: f for f in proven if f["kind"] == "compliance.DossierSubmitted"}
    files = evidence.names("dossiers")
    for name in files:
        version = int(name.rsplit("/v", 1)[1].split(".")[0])
        digest = hashlib.sha256(evidence.read(name)).hexdigest()
        if version not in submitted:
            problems.append(f"version {version}: no proven fact tells of its submission")
        elif submitted[version]["body"]["digest"] != digest:
            problems.append(f"version {version} is not the one that was submitted")
    for version in sorted(set(submitted) - {int(n.rsplit("/v", 1)[1].split(".")[0]) for n in files}):
        problems.append(f"version {version} is missing")
    for fact in proven:
        if fact["kind"] == "compliance.DossierApproved":
            check_approval(fact, submitted.get(fact["body"]["version"]), proven, problems)


def check_approval(approval: Any, submission: Any, proven: list[Any], problems: list[str]) -> None:
    body, steps = approval["body"], []
    for fact in proven:
        if fact["kind"] == "compliance.StepApproved" and fact["body"]["dossier_id"] == body["dossier_id"]:
            steps.append(fact)
    hands = [each for f in steps for each in (f["by"], f["body"]["acting_for_id"]) if each]
    roles = [f["body"]["role"] for f in steps]
    what = "approval of version {}".format(body["version"])
    if any(f["body"]["digest"] != body["digest"] for f in steps):
        problems.append(what + ": a step approved another content")
    if len(hands) != len(set(hands)):
        problems.append(what + ": one person acted twice")
    if submission is None or roles != submission["body"]["roles"]:
        problems.append(what + ": the steps are not those of the chain, in its order")
    elif set(hands) & set(submission["body"]["author_ids"]):
        problems.append(what + ": an author took part")


def check_ledgers(evidence: Evidence, proven: list[Any], problems: list[str]) -> tuple[int, int]:
    told = {text for fact in proven for text in texts(fact["body"])}
    rows = 0
    names = evidence.names("ledgers")
    for name in names:
        ledger = evidence.load(name)
        rows += len(ledger["rows"])
        root = root_of(bytes.fromhex(each) for each in ledger["rows"]).hex()
        if root != ledger["root"]:
            problems.append(f"{name}: the rows do not give the root")
        elif root not in told:
            problems.append(f"{name}: no proven fact tells of this root")
    return len(names), rows


def check_parts(evidence: Evidence, proven: list[Any], problems: list[str]) -> tuple[int, int]:
    """Rows of batches that hold other subjects' rows as well: those are here as hashes only."""
    told = {(fact["body"].get("root"), fact["body"].get("count")) for fact in proven}
    count = 0
    names = evidence.names("parts")
    for name in names:
        part = evidence.load(name)
        leaves = [(index, sha256(b"\x00" + bytes.fromhex(row))) for index, row in part["rows"]]
        indexes = [index for index, _ in leaves]
        beside = iter([bytes.fromhex(each) for each in part["beside"]])
        fits = (
            bool(leaves)
            and indexes == sorted(set(indexes))
            and 0 <= indexes[0] <= indexes[-1] < part["count"]
        )
        try:
            root = fold(leaves, 0, part["count"], beside).hex() if fits else ""
        except StopIteration:
            root = ""
        count += len(leaves)
        if root != part["root"] or next(beside, None) is not None:
            problems.append(f"{name}: the rows do not lead to the root")
        elif (root, part["count"]) not in told:
            problems.append(f"{name}: no proven fact tells of this root")
    return len(names), count


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify evidence without a database.")
    parser.add_argument("place", nargs="?", default=str(Path(__file__).parent))
    parser.add_argument("--anchor", help="an anchor file that you kept")
    asked = parser.parse_args()
    problems: list[str] = []
    try:
        evidence = Evidence(asked.place)
        anchor = json.loads(Path(asked.anchor).read_bytes()) if asked.anchor else None
        manifest = evidence.load("manifest.json")
        seals = check_seals(evidence, anchor, problems)
        proven, unsealed = check_facts(evidence, seals, problems)
        check_dossiers(evidence, proven, problems)
        batches, rows = check_ledgers(evidence, proven, problems)
        parts, touches = check_parts(evidence, proven, problems)
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        print(f"not readable as evidence: {error!r}")
        return 2
    if len(proven) + unsealed != manifest["facts"]:
        problems.append(
            "{} facts were exported, {} are here".format(manifest["facts"], len(proven) + unsealed)
        )
    print("{}, exported {}".format(manifest["subject"], manifest["exported_at"]))
    print("keys: " + ", ".join(sorted(evidence.load("public-keys.json"))))
    print(f"{len(proven)} facts proven by {len(seals)} signed seals; {unsealed} not sealed yet")
    print(f"{batches} ledger batches with {rows} rows, {touches} rows more of {parts} shared batches")
    for problem in problems:
        print("PROBLEM: " + problem)
    print("The evidence is %s." % ("NOT whole" if problems else "whole"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
