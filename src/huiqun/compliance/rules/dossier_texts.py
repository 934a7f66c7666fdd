"""The texts of a dossier that customers will read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from huiqun.compliance.rules.findings import Finding

PAGE, OFFER = "page", "offer"
_OFFER = ("name", "item", "specification", "how_to_use", "terms")

Check = Callable[[str, str], Iterable[Finding]]
"""What words break on a channel: (channel, words)."""


@dataclass(frozen=True, kw_only=True)
class DossierText:
    """One text: a variant, the phone page, or the offer's terms."""

    key: str
    channel: str
    title: str
    body: str
    weight: int | None = None

    @property
    def is_message(self) -> bool:
        """Whether it is sent; the page's texts wait for who opens it."""
        return self.key != PAGE and not self.is_offer

    @property
    def is_offer(self) -> bool:
        """The terms of the first offer, or of one beside it ("offer:2")."""
        return self.key.partition(":")[0] == OFFER

    @property
    def words(self) -> str:
        """All of it, as it is judged; the title is its first line."""
        return f"{self.title}\n{self.body}" if self.title else self.body


def texts_of(body: Mapping[str, Any]) -> list[DossierText]:
    """Every text of a dossier's body, variants first."""
    return [*_variants(body), *_page(body), *_offer(body)]


def _variants(body: Mapping[str, Any]) -> Iterator[DossierText]:
    for each in body.get("variants") or ():
        yield DossierText(
            key=each.get("key") or "",
            channel=each.get("channel") or "h5",
            title=each.get("subject") or "",
            body=each.get("body") or "",
            weight=each.get("weight"),
        )


def _page(body: Mapping[str, Any]) -> Iterator[DossierText]:
    page = body.get("page") or {}
    if page.get("title") or page.get("body"):
        yield DossierText(key=PAGE, channel="h5", title=page.get("title") or "", body=page.get("body") or "")


def _offer(body: Mapping[str, Any]) -> Iterator[DossierText]:
    """The first on the campaign's page; further ones stand by themselves, under their place."""
    for place, offer in enumerate([body.get("offer") or {}, *(body.get("more_offers") or ())]):
        lines = [str(offer[name]) for name in _OFFER if offer.get(name)]
        if lines:
            key = f"{OFFER}:{place}" if place else OFFER
            yield DossierText(key=key, channel="h5", title="", body="\n".join(lines))


def judge_texts(texts: Iterable[DossierText], *, check: Check) -> dict[str, tuple[Finding, ...]]:
    """Each text's findings by its key. The page and the offer's terms on it are read, and so judged, as one:
    a figure in the terms makes the page's warning due, and either of them may say what is owed."""
    found: dict[str, tuple[Finding, ...]] = {}
    for sheet in _sheets(texts):
        whole = check(sheet[0].channel, "\n".join(text.words for text in sheet))
        found |= dict(_shared_out(sheet, list(whole)))
    return found


def _sheets(texts: Iterable[DossierText]) -> Iterator[tuple[DossierText, ...]]:
    """Texts that a customer reads together: the page's parts; each message by itself."""
    for _, together in groupby(texts, key=lambda text: PAGE if text.key == OFFER else text.key):
        yield tuple(together)


def _shared_out(
    sheet: Sequence[DossierText], findings: Sequence[Finding]
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Each finding where its words begin, with its place there; what is missing is for the first text to say."""
    offset = 0
    for text in sheet:
        end = offset + len(text.words)
        yield (
            text.key,
            tuple(
                _within(each, offset, end)
                for each in findings
                if (text is sheet[0] if each.start is None else offset <= each.start <= end)
            ),
        )
        offset = end + 1


def _within(finding: Finding, start: int, end: int) -> Finding:
    """The finding as the text between ``start`` and ``end`` of the whole has it."""
    if finding.start is None or finding.end is None:
        return finding
    return replace(finding, start=finding.start - start, end=min(finding.end, end) - start)
