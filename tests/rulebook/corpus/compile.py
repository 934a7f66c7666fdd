"""Compile the hand-written copy in ``*.txt`` into ``tuning.jsonl`` and ``held_out.jsonl``.

Run ``python tests/rulebook/corpus/compile.py``; the README beside this file describes the source form.
A piece goes to the held-out third by its number alone, so recompiling never moves one.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypedDict

HERE = Path(__file__).parent
CHANNELS = {
    *("sms", "wechat_article", "wechat_title", "moments", "h5"),
    *("douyin", "poster", "group_chat", "app_push"),
}
KINDS = {
    *("deposit", "structured_deposit", "wealth", "fund", "insurance"),
    *("precious_metal", "loan", "credit_card", "activity", "brand"),
}
FAMILIES = (
    "GUA 7, PERF 6, ABS 3, CITE 3, RISK 4, SUIT 4, CONF 5, DEP 4, LOAN 10, CARD 3, INS 5, FUND 2, WMP 2, "
    "END 4, GOV 3, COMP 2, PROMO 6, SMS 4, WEB 5, PRIV 3, SALE 3, VAL 2, AIG 1"
)  # the catalogue's 91 rules, as they stood when the copy was labelled
RISKS = {"R1", "R2", "R3", "R4", "R5", "NA"}
DISCLOSURES = {
    *("PERF-01", "RISK-01", "RISK-02", "RISK-03", "CONF-03"),
    *("LOAN-01", "SMS-01", "SMS-02", "WEB-02"),
}
HEADER = re.compile(r"#c(?P<number>\d+) (?P<channel>\w+) (?P<kind>\w+) (?P<risk>\w+)(?P<rest>.*)")
MARK = re.compile(
    r"\[\[(?P<rules>[A-Z]+-\d\d(?:\+[A-Z]+-\d\d)*):(?P<bad>.+?)\]\]|\(\((?P<fine>.+?)\)\)", re.S
)
ESCAPE = re.compile(r"\\(n|u[0-9a-f]{4})")


class Piece(TypedDict):
    """One line of the output: the form ``score.py`` reads."""

    id: str
    channel: str
    product_kind: str
    product_risk: str
    text: str
    labels: list[str]
    spans: list[tuple[int, int, str]]
    near_misses: list[tuple[int, int]]
    alt_labels: list[str]
    obfuscation: list[str]
    note: str


class Marked(NamedTuple):
    """A text with its marks taken out, and where they were."""

    text: str
    spans: list[tuple[int, int, str]]
    near_misses: list[tuple[int, int]]


def catalogue() -> set[str]:
    """Every rule's id, from the sizes of the families."""
    sizes = (family.split() for family in FAMILIES.split(", "))
    return {f"{name}-{number:02d}" for name, size in sizes for number in range(1, int(size) + 1)}


def unescape(raw: str) -> str:
    """Undo ``\\n`` and ``\\u200b``, the two escapes a source file may use."""
    return ESCAPE.sub(lambda m: "\n" if m[1] == "n" else chr(int(m[1][1:], 16)), raw)


def unmark(raw: str) -> Marked:
    """Take the marks out of a text; offsets are code points of what remains."""
    text, at = "", 0
    spans: list[tuple[int, int, str]] = []
    fine: list[tuple[int, int]] = []
    for mark in MARK.finditer(raw):
        text += raw[at : mark.start()]
        start, at = len(text), mark.end()
        text += mark["bad"] or mark["fine"]
        spans += [(start, len(text), rule) for rule in (mark["rules"] or "").split("+") if rule]
        fine += [] if mark["rules"] else [(start, len(text))]
    text += raw[at:]
    if "[[" in text or "((" in text or "]]" in text or "))" in text:
        raise ValueError(f"a mark is left over in: {text}")
    return Marked(text, spans, fine)


def options(rest: str) -> dict[str, str]:
    """Read ``| missing: A, B | alt: C | obf: space | note: …`` of a header."""
    pairs = [part.split(":", 1) for part in rest.split("|") if part.strip()]
    return {name.strip(): value.strip() for name, value in pairs}


def listed(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def piece(block: str) -> Piece:
    """Compile one block: a header line and the text below it."""
    first, _, body = block.partition("\n")
    head = HEADER.fullmatch(first.strip())
    if head is None or not body.strip():
        raise ValueError(f"not a piece: {block[:80]}")
    extra = options(head["rest"])
    marked, missing = unmark(unescape(body.strip("\n"))), listed(extra.get("missing", ""))
    return {
        "id": f"c{int(head['number']):03d}",
        "channel": head["channel"],
        "product_kind": head["kind"],
        "product_risk": head["risk"],
        "text": marked.text,
        "labels": sorted({rule for _, _, rule in marked.spans} | set(missing)),
        "spans": marked.spans,
        "near_misses": marked.near_misses,
        "alt_labels": listed(extra.get("alt", "")),
        "obfuscation": listed(extra.get("obf", "")),
        "note": extra.get("note", ""),
    }


def faults(pieces: list[Piece], rules: set[str]) -> Iterator[str]:
    """What a slip of the pen would leave behind."""
    for name, count in Counter(p["id"] for p in pieces).items():
        if count > 1:
            yield f"{name} is used {count} times"
    for text, count in Counter(p["text"] for p in pieces).items():
        if count > 1:
            yield f"written twice: {text[:40]}"
    for p in pieces:
        pointed = {rule for _, _, rule in p["spans"]}
        if p["channel"] not in CHANNELS or p["product_kind"] not in KINDS or p["product_risk"] not in RISKS:
            yield f"{p['id']}: unknown channel, kind or risk"
        if unknown := {*p["labels"], *p["alt_labels"]} - rules:
            yield f"{p['id']}: unknown rules {sorted(unknown)}"
        if wrong := (pointed & DISCLOSURES) | (set(p["labels"]) - pointed - DISCLOSURES):
            yield f"{p['id']}: {sorted(wrong)} pointed at or missing the wrong way round"
        if twice := set(p["labels"]) & set(p["alt_labels"]):
            yield f"{p['id']}: both label and alternative {sorted(twice)}"


def blocks(folder: Path) -> Iterator[str]:
    for source in sorted(folder.glob("*.txt")):
        yield from (part for part in re.split(r"\n\s*\n", source.read_text("utf-8").strip()) if part.strip())


def is_held_out(p: Piece) -> bool:
    return int(p["id"][1:]) % 3 == 0


def write(path: Path, pieces: Iterable[Piece]) -> None:
    path.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in pieces), "utf-8")


def main() -> None:
    pieces = sorted((piece(block) for block in blocks(HERE)), key=lambda p: p["id"])
    if found := list(faults(pieces, catalogue())):
        raise SystemExit("\n".join(found))
    write(HERE / "held_out.jsonl", (p for p in pieces if is_held_out(p)))
    write(HERE / "tuning.jsonl", (p for p in pieces if not is_held_out(p)))
    print(f"{len(pieces)} pieces, {sum(map(is_held_out, pieces))} held out")


if __name__ == "__main__":
    main()
