"""The texts of a dossier that customers will read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from huiqun.compliance.rules.findings import Finding

_OFFER = ("name", "item", "specification", "how_to_use", "terms")


OFFER = "offer"


def own_findings(part: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Without what an offer's terms lack: they are read on the page, which has to say it."""
    return tuple(each for each in findings if part != OFFER or each.start is not None)


@dataclass(frozen=True, kw_only=True)
class DossierText:
    """One text: a variant, the phone page, or the offer's terms."""

    key: str
    channel: str
    title: str
    body: str
    weight: int | None = None

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
    if page := body.get("page"):
        yield DossierText(
            key="page", channel="h5", title=page.get("title") or "", body=page.get("body") or ""
        )


def _offer(body: Mapping[str, Any]) -> Iterator[DossierText]:
    offer = body.get("offer") or {}
    lines = [str(offer[name]) for name in _OFFER if offer.get(name)]
    if lines:
        yield DossierText(key=OFFER, channel="h5", title="", body="\n".join(lines))
