"""Every word and the plan itself before the rulebook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from huiqun.benefits import queries as benefits
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.plan_facts import plan_facts
from huiqun.compliance import queries as compliance
from huiqun.compliance.queries import CopyPart, Finding
from huiqun.lib.severity import Severity
from huiqun.products import queries as products
from huiqun.products.queries import ProductFacts

COPY_FIELDS = {
    "variant": ("title", "body"),
    "page": ("title", "body"),
    "offer": ("name", "item", "specification", "how_to_use", "terms"),
}
BRAND = "brand"
INVESTMENT = "wealth"


@dataclass(frozen=True)
class Judged:
    """One text of the campaign and what was found in it. ``part`` names it: a variant's key, page, offer, plan."""

    part: str
    channel: str
    text: str
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> bool:
        return any(finding.severity == Severity.BLOCK for finding in self.findings)


def copy_parts(of: str, values: Mapping[str, str]) -> list[CopyPart]:
    """The fields of a form that hold copy, in the order in which `texts_of` joins them."""
    joins = {"specification": " "}
    return [
        CopyPart(name=name, text=_lines(values.get(name, "")), before=joins.get(name, "\n"))
        for name in COPY_FIELDS[of]
    ]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def texts_of(campaign: Campaign) -> list[tuple[str, str, str]]:
    """(part, channel as the rulebook names it, text) of everything a customer will read."""
    texts = [
        (v.key, v.channel, f"{v.title}\n{v.body}" if v.title else v.body) for v in campaign.variants.all()
    ]
    if campaign.page_body:
        texts.append(("page", "h5", f"{campaign.page_title}\n{campaign.page_body}"))
    offer = benefits.offer_of(campaign.subject)
    if offer:
        texts.append(("offer", "h5", offer_text(offer)))
    return texts


def offer_text(offer: benefits.Offer) -> str:
    """All that a customer reads of an offer."""
    terms = offer.terms
    return "\n".join((terms.name, f"{terms.item} {terms.specification}", terms.how_to_use, terms.terms))


def judge(campaign: Campaign, *, on: date) -> list[Judged]:
    """Each text with its findings, and last the plan as a whole."""
    product = products.product(campaign.product_code) if campaign.product_code else None
    texts = texts_of(campaign)
    plan = plan_facts(campaign, product, texts=texts, on=on)
    judged = [
        Judged(part, channel, text, compliance.own_findings(part, _check(channel, text, product, on)))
        for part, channel, text in texts
    ]
    return [*judged, Judged("plan", "", "", compliance.check_plan(plan, on=on))]


def judge_text(campaign: Campaign, *, channel: str, text: str, on: date) -> tuple[Finding, ...]:
    """One text while it is being written."""
    product = products.product(campaign.product_code) if campaign.product_code else None
    return _check(channel, text, product, on)


def _check(channel: str, text: str, product: ProductFacts | None, on: date) -> tuple[Finding, ...]:
    """Judged as what the campaign sells. Naming no product is no way round the rules on promises: such
    copy is also judged as if it sold an investment, and what blocks there by its words blocks here."""
    if product:
        return _as_kind(channel, text, product.kind, product.risk, on)
    found = _as_kind(channel, text, BRAND, None, on)
    promises = [
        finding
        for finding in _as_kind(channel, text, INVESTMENT, None, on)
        if finding.severity == Severity.BLOCK and finding.start is not None and finding not in found
    ]
    return (*promises, *found)


def _as_kind(channel: str, text: str, kind: str, risk: int | None, on: date) -> tuple[Finding, ...]:
    return compliance.check_copy(text=text, channel=channel, product_kind=kind, product_risk=risk, on=on)


def blocking(judged: Sequence[Judged]) -> list[Finding]:
    return [f for part in judged for f in part.findings if f.severity == Severity.BLOCK]
