"""How a seal is written down, and what can be wrong with the evidence."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from huiqun.lib.canonical import canonical_json
from huiqun.lib.merkle import node_hash
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

GENESIS = "0" * 64
ID_BYTES, HASH_BYTES = 8, 32
LEAF_BYTES = ID_BYTES + HASH_BYTES


class NothingSealed(Refusal):
    code = "compliance.nothing_sealed"
    sentence = _("Nothing is sealed yet, so there is no anchor. The first seal comes within a minute.")


class BadAnchor(Refusal):
    code = "compliance.bad_anchor"
    sentence = _("This file is not an anchor. Choose one that was downloaded from the evidence page.")


class DatabaseRewound(Refusal):
    code = "compliance.database_rewound"
    sentence = _(
        "The database counts transactions below the last seal, as after a restore from a dump."
        " Raise its counter past %(to_xid)s (see the operations guide) before anything is sealed."
    )


class VerificationRunning(Refusal):
    code = "compliance.verification_running"
    sentence = _("A verification is already running. Its result appears on this page.")


SENTENCES: dict[str, str] = {
    "chain_gap": _("Seal %(seal)s is missing, or its number was changed."),
    "chain_broken": _("Seal %(seal)s does not follow the one before it."),
    "seal_altered": _("Seal %(seal)s was altered: it no longer gives its digest."),
    "bad_signature": _("Seal %(seal)s does not bear the bank's signature."),
    "leaf_list_altered": _("The list of facts kept with seal %(seal)s was altered."),
    "batch_altered": _("The facts under seal %(seal)s do not give its root."),
    "fact_altered": _("Fact %(fact)s under seal %(seal)s was altered."),
    "fact_missing": _("Fact %(fact)s under seal %(seal)s is missing."),
    "fact_inserted": _("Fact %(fact)s was inserted under seal %(seal)s afterwards."),
    "anchor_unknown_seal": _("The anchor names seal %(seal)s, which is gone: the chain was cut."),
    "anchor_differs": _("Seal %(seal)s is not the one in the anchor: the chain was rewritten."),
    "anchor_key_differs": _("The anchor was signed with another key than the chain."),
    "guard_off": _("The trigger that keeps facts append-only is missing or switched off."),
    "dossier_altered": _("Dossier %(dossier)s was altered: it no longer gives its digest."),
    "permit_unproven": _("%(subject)s may be sent, but no fact tells of its approval."),
    "ledger_count": _("Batch %(batch)s of %(ledger)s has %(found)s rows; %(expected)s were recorded."),
    "ledger_altered": _("Batch %(batch)s of %(ledger)s does not give its recorded root."),
    "ledger_stray": _("%(ledger)s: %(stray)s"),
}


@dataclass(frozen=True)
class Problem:
    """Something that should not be; ``sentence`` is a msgid for ``values``."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code]

    def __str__(self) -> str:
        return self.sentence % self.values


@dataclass(frozen=True, kw_only=True)
class SealHeader:
    """What a seal's digest and signature cover."""

    number: int
    from_xid: int
    to_xid: int
    count: int
    root: str
    previous: str
    sealed_at: str
    key_id: str

    def canonical(self) -> bytes:
        return canonical_json(asdict(self))

    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()


def chain_problem(header: SealHeader, previous: SealHeader | None) -> str | None:
    """The code of what is wrong between a seal and the one before it, if anything."""
    number = previous.number + 1 if previous else 1
    if header.number != number:
        return "chain_gap"
    if header.previous != (previous.digest() if previous else GENESIS):
        return "chain_broken"
    if header.from_xid != (previous.to_xid if previous else 0) or header.to_xid <= header.from_xid:
        return "chain_broken"
    return None


def root_of_hashes(hashes: Iterable[bytes]) -> bytes:
    """The same root as lib.merkle.root, from leaf hashes."""
    peaks: list[tuple[int, bytes]] = []
    for node in hashes:
        size = 1
        while peaks and peaks[-1][0] == size:
            node = node_hash(peaks.pop()[1], node)
            size *= 2
        peaks.append((size, node))
    if not peaks:
        return hashlib.sha256(b"").digest()
    node = peaks.pop()[1]
    while peaks:
        node = node_hash(peaks.pop()[1], node)
    return node


def pack_leaves(leaves: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(fact_id.to_bytes(ID_BYTES, "big") + leaf for fact_id, leaf in leaves)


def unpack_leaves(packed: bytes) -> list[tuple[int, bytes]]:
    """:raises ValueError when the length does not fit"""
    if len(packed) % LEAF_BYTES:
        raise ValueError("not a list of leaves")
    pieces = (packed[at : at + LEAF_BYTES] for at in range(0, len(packed), LEAF_BYTES))
    return [(int.from_bytes(piece[:ID_BYTES], "big"), piece[ID_BYTES:]) for piece in pieces]


def path_of(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes that lead from one leaf to the root, nearest first (RFC 6962)."""
    if len(hashes) == 1:
        return []
    split = 1 << (len(hashes) - 1).bit_length() - 1
    if index < split:
        return [*path_of(hashes[:split], index), root_of_hashes(hashes[split:])]
    return [*path_of(hashes[split:], index - split), root_of_hashes(hashes[:split])]


def compare_leaves(
    *, seal: int, recorded: list[tuple[int, bytes]], found: list[tuple[int, bytes]]
) -> list[Problem]:
    """Which facts were altered, are missing or were inserted."""
    before, now = dict(recorded), dict(found)
    altered = [("fact_altered", key) for key in before.keys() & now.keys() if before[key] != now[key]]
    missing = [("fact_missing", key) for key in before.keys() - now.keys()]
    inserted = [("fact_inserted", key) for key in now.keys() - before.keys()]
    return [
        Problem(code, {"seal": seal, "fact": key})
        for code, key in sorted([*altered, *missing, *inserted], key=lambda pair: pair[1])
    ]
