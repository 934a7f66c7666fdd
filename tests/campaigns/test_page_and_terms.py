"""The page and the offer's terms on it are judged as one, by editors and by the submission alike."""

import pytest

from huiqun.benefits.actions import BenefitTerms
from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.findings import judge, judge_draft, texts_of
from huiqun.lib.days import local_date
from tests.campaigns.test_plan_facts import COUPON
from tests.makers.campaigns import NOW, PAGE, make_campaign
from tests.makers.products import make_product

FIGURE = "凭券到店了解稳盈理财:近一年年化收益率3.2%。"
WARNING = "理财非存款、产品有风险、投资须谨慎。过往业绩不代表未来表现。"


def with_terms(campaign, *, page, terms):
    """Its page and its offer's terms, as they stand and as an editor holds them."""
    by, key = campaign.owner, campaign.pk
    actions.edit_page(campaign_id=key, edition=campaign.edition, title="健康讲座", body=page, by=by, now=NOW)
    offer = BenefitTerms(**COUPON | {"terms": terms})
    actions.edit_offer(campaign_id=key, edition=campaign.edition + 1, terms=offer, by=by, now=NOW)
    return Campaign.objects.get(pk=key)


def said_at_submission(campaign, now):
    """The rules by text and words, of the page and the terms on it."""
    return {
        (each.part, finding.rule, finding.quote)
        for each in judge(campaign, on=local_date(now))
        for finding in each.findings
        if each.part in ("page", "offer")
    }


def said_while_writing(campaign, of, text, now):
    found = judge_draft(campaign, of=of, channel="h5", text=text, on=local_date(now))
    return {(of if each.start is not None else "page", each.rule, each.quote) for each in found}


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}\n{WARNING}"])
@pytest.mark.parametrize("terms", ["每人限领1张。", FIGURE, f"{FIGURE}{WARNING}", f"{FIGURE}稳赚不赔。"])
def test_editors_say_what_the_submission_says(north, now, page, terms):
    """Of the page and of the terms on it, of which each lends the other its disclosures."""
    wealth = make_product(branch=north, kind="wealth").code
    campaign = with_terms(make_campaign(branch=north, product_code=wealth), page=page, terms=terms)
    texts = {each.key: each.words for each in texts_of(campaign)}
    of_page = said_while_writing(campaign, "page", texts["page"], now)
    of_terms = said_while_writing(campaign, "offer", texts["offer"], now)
    assert of_page | of_terms == said_at_submission(campaign, now)
    owed = {rule for _, rule, quote in of_page if not quote}
    assert owed == {rule for _, rule, quote in of_terms if not quote}, "what is owed is said in both editors"


def test_a_figure_in_the_terms_makes_a_warning_due_wherever_it_stands(north, now):
    wealth = make_product(branch=north, kind="wealth").code
    campaign = make_campaign(branch=north, product_code=wealth)
    owed = {}
    for name, page, terms in (
        ("neither", PAGE, FIGURE), ("page", f"{PAGE}\n{WARNING}", FIGURE), ("terms", PAGE, f"{FIGURE}{WARNING}"),
    ):  # fmt: skip
        campaign = with_terms(campaign, page=page, terms=terms)
        found = said_at_submission(campaign, now)
        owed[name] = {rule for part, rule, quote in found if part == "page" and not quote}
    assert "RISK-01" in owed["neither"]
    assert "RISK-01" not in owed["page"] | owed["terms"] and owed["page"] == owed["terms"]
