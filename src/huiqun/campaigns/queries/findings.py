"""Every word and the plan itself before the rulebook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from huiqun.benefits import queries as benefits
from huiqun.campaigns.blocks import keys_in
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.blocks import with_blocks
from huiqun.campaigns.queries.plan_facts import plan_facts
from huiqun.compliance import queries as compliance
from huiqun.compliance.queries import CopyPart, DossierText, Finding
from huiqun.lib.severity import Severity
from huiqun.products import queries as products
from huiqun.products.queries import ProductFacts

COPY_FIELDS = {
    "variant": ("title", "body"),
    "page": ("title", "body"),
    "offer": ("name", "item", "specification", "how_to_use", "terms"),
}
READ_TOGETHER = ("page", "offer")
"""The page, with the offer's terms on it."""
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
    """The fields of a form that hold copy, in the order in which a dossier's texts join them."""
    return [CopyPart(name=name, text=_lines(values.get(name, ""))) for name in COPY_FIELDS[of]]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def texts_of(campaign: Campaign) -> list[DossierText]:
    """Everything that a customer will read, as the dossier will hold it."""
    offer = benefits.offer_of(campaign.subject)
    variants = campaign.variants.values("key", "channel", "body", subject=F("title"))
    whole = [{**each, "body": with_blocks(campaign, each["body"])} for each in variants]
    return compliance.texts_of(
        {
            "variants": whole,
            "page": {"title": campaign.page_title, "body": with_blocks(campaign, campaign.page_body)},
            "offer": offer.terms.for_dossier() if offer else None,
            "more_offers": [each.terms.for_dossier() for each in benefits.offers_beside(campaign.subject)],
        }
    )


def judge(campaign: Campaign, *, on: date) -> list[Judged]:
    """Each text with its findings, and last the plan as a whole."""
    product = _product(campaign)
    texts = texts_of(campaign)
    found = compliance.judge_texts(texts, check=_check_as(product, on))
    plan = compliance.check_plan(plan_facts(campaign, product, texts=texts, on=on), on=on)
    judged = [Judged(text.key, text.channel, text.words, found[text.key]) for text in texts]
    return [*judged, Judged("plan", "", "", plan)]


def plan_of(campaign: Campaign, *, on: date) -> compliance.PlanFacts:
    """What the plan says about itself, texts and all."""
    return plan_facts(campaign, _product(campaign), texts=texts_of(campaign), on=on)


def judge_draft(campaign: Campaign, *, of: str, channel: str, text: str, on: date) -> tuple[Finding, ...]:
    """One text while it is written, with what a customer reads beside it: what a submission would find in
    its words, and what all of them together still lack."""
    if keys_in(text):
        return _with_blocks(campaign, of=of, channel=channel, text=text, on=on)
    return _judge_draft(campaign, of=of, channel=channel, text=text, on=on)


def _with_blocks(campaign: Campaign, *, of: str, channel: str, text: str, on: date) -> tuple[Finding, ...]:
    """Marks stand in the words as they are written; what is owed may be said by a block."""
    written = _judge_draft(campaign, of=of, channel=channel, text=text, on=on)
    whole = _judge_draft(campaign, of=of, channel=channel, text=with_blocks(campaign, text), on=on)
    shown = [each for each in written if each.start is not None]
    shown += [each for each in whole if each.start is None]
    return tuple(sorted(shown, key=lambda finding: finding.severity.rank))


def _judge_draft(campaign: Campaign, *, of: str, channel: str, text: str, on: date) -> tuple[Finding, ...]:
    draft = DossierText(key=of, channel=channel, title="", body=text)
    beside = [each for each in texts_of(campaign) if of in READ_TOGETHER and each.key in READ_TOGETHER]
    texts = {each.key: each for each in beside} | {of: draft}
    together = [texts[key] for key in (*READ_TOGETHER, of) if key in texts]
    found = compliance.judge_texts(dict.fromkeys(together), check=_check_as(_product(campaign), on))
    shown = (each for key, here in found.items() for each in here if key == of or each.start is None)
    return tuple(sorted(shown, key=lambda finding: finding.severity.rank))


def _product(campaign: Campaign) -> ProductFacts | None:
    return products.product(campaign.product_code) if campaign.product_code else None


def _check_as(product: ProductFacts | None, on: date) -> Callable[[str, str], tuple[Finding, ...]]:
    return lambda channel, words: _check(channel, words, product, on)


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
