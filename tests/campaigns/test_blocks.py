"""Shared blocks: part of what is approved, and a change of one ends the approvals that stand on it."""

from typing import Any

import pytest

from huiqun.campaigns import actions
from huiqun.campaigns.blocks import (
    BlockChanged,
    BlockChangedMeanwhile,
    BlockKeyTaken,
    BlockKeyUnfit,
    BlockUnknown,
    keys_in,
    put_in,
)
from huiqun.campaigns.models import Block, Campaign
from huiqun.campaigns.queries.findings import judge_draft
from huiqun.compliance import queries as compliance
from huiqun.delivery.models import Recipient, Run
from huiqun.foundation import jobs
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound
from huiqun.lib.template import VariableMissing
from tests.conftest import make_staff
from tests.makers.campaigns import NOW, make_author, make_block, make_campaign
from tests.makers.compliance import approve_all
from tests.makers.products import make_product

COPY = "【{{ bank }}】{{ salutation }},活动内容请看:{{ link }} {{ block_tail }}"


def with_block(branch: Any, *, people: int = 1, text: str = "拒收请回复R") -> tuple[Campaign, Block]:
    block = make_block(branch=branch, key="tail", text=text)
    campaign = make_campaign(branch=branch, people=people)
    actions.save_variant(
        campaign_id=campaign.pk, edition=campaign.edition, key="sms-a", channel="sms", weight=100, title="",
        body=COPY, by=campaign.owner, now=NOW,
    )  # fmt: skip
    return Campaign.objects.get(pk=campaign.pk), block


def approve(campaign: Campaign) -> Campaign:
    campaign.refresh_from_db()
    actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=NOW)
    approval = compliance.approval_of(campaign.subject)
    assert approval is not None
    approve_all(approval.dossier_id)
    actions.follow_review(subject=campaign.subject, now=NOW)
    campaign.refresh_from_db()
    return campaign


def change(block: Block, text: str = "回复TD退订", **over: Any) -> list[int]:
    block.refresh_from_db()
    values = {"version": block.version, "name": block.name, "kind": block.kind, "text": text}
    by = over.pop("by", None) or make_author(block.branch)
    return actions.edit_block(block_id=block.pk, **(values | over), by=by, now=NOW)


def test_names_and_puts_in() -> None:
    assert keys_in("{{ block_a }} {{block_b}} {{ block_a }} {{ link }}") == ["a", "b"]
    assert put_in("甲{{ block_a }}乙{{ block_x }}", {"a": "中"}) == "甲中乙{{ block_x }}"


def test_what_is_approved_and_sent_holds_the_blocks_words(north: Any, now: Any, monkeypatch: Any) -> None:
    campaign, _ = with_block(north)
    approve(campaign)
    approval = compliance.approval_of(campaign.subject)
    assert approval is not None
    body = compliance.dossier_body(approval.digest)
    assert body["variants"][0]["body"].endswith("拒收请回复R")
    assert [(each["key"], each["version"]) for each in body["blocks"]] == [("tail", 1)]


def test_a_change_ends_reviews_and_approvals_and_no_others(north: Any, now: Any) -> None:
    campaign, block = with_block(north)
    approve(campaign)
    bystander = make_campaign(branch=north)
    approve(bystander)
    assert change(block) == [campaign.pk]
    campaign.refresh_from_db()
    bystander.refresh_from_db()
    assert (campaign.state, bystander.state) == ("planning", "approved")
    with pytest.raises(Exception, match="Only an approved"):
        actions.start_campaign(campaign_id=campaign.pk, now=now)
    assert not Run.objects.exists()


def test_a_change_of_its_name_alone_ends_nothing(north: Any, now: Any) -> None:
    campaign, block = with_block(north)
    approve(campaign)
    assert change(block, text=block.text, name="落款") == []
    campaign.refresh_from_db()
    block.refresh_from_db()
    assert (campaign.state, block.version, block.name) == ("approved", 1, "落款")


def test_what_slipped_in_with_former_words_is_not_started(north: Any, now: Any) -> None:
    """A submission that was on its way while the block changed."""
    campaign, block = with_block(north)
    approve(campaign)
    Block.objects.filter(pk=block.pk).update(text="别的话")
    with pytest.raises(BlockChanged):
        actions.start_campaign(campaign_id=campaign.pk, now=now)
    assert not Run.objects.exists()


def test_what_is_under_way_goes_on_unless_its_words_are_withdrawn(north: Any, now: Any) -> None:
    campaign, block = with_block(north, people=2)
    approve(campaign)
    actions.start_campaign(campaign_id=campaign.pk, now=now)
    assert change(block) == []
    campaign.refresh_from_db()
    assert campaign.state == "running"
    assert change(block, text="再改", withdraws=True) == [campaign.pk]
    jobs.run_pending()
    campaign.refresh_from_db()
    assert campaign.state == "paused"
    assert not Recipient.objects.filter(state="sent").exists()


def test_whoever_wrote_a_block_reviews_nothing_that_uses_it(north: Any, now: Any) -> None:
    campaign, block = with_block(north)
    writer = make_author(north)
    change(block, by=writer)
    campaign.refresh_from_db()
    actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=NOW)
    from huiqun.compliance.models import Dossier

    assert writer.pk in Dossier.objects.latest("pk").author_ids


def test_two_writers_at_once_the_second_is_told(north: Any, now: Any) -> None:
    block = make_block(branch=north)
    change(block, text="甲")
    with pytest.raises(BlockChangedMeanwhile):
        change(block, text="乙", version=1)
    block.refresh_from_db()
    assert block.text == "甲"


def test_refuses_what_nobody_can_fill_in(north: Any, south: Any, now: Any) -> None:
    with pytest.raises(VariableMissing):
        make_block(branch=north, text="{{ block_other }}")
    with pytest.raises(BlockKeyUnfit):
        make_block(branch=north, key="A-1")
    make_block(branch=south, key="theirs")
    with pytest.raises(BlockKeyTaken):
        make_block(branch=north, key="theirs")
    campaign = make_campaign(branch=north)
    edit = {"campaign_id": campaign.pk, "edition": campaign.edition, "by": campaign.owner, "now": now}
    with pytest.raises(VariableMissing):
        actions.save_variant(**edit, channel="sms", weight=50, title="", body="{{ block_theirs }}")
    with pytest.raises(BlockUnknown):
        actions.edit_page(**edit, title="讲座", body="{{ block_theirs }}")


def test_branches_below_use_a_block_and_do_not_change_it(head_office: Any, north: Any, now: Any) -> None:
    block = make_block(branch=head_office, key="bank")
    campaign = make_campaign(branch=north)
    actions.edit_page(
        campaign_id=campaign.pk, edition=campaign.edition, title="讲座", body="广告 {{ block_bank }}",
        by=campaign.owner, now=now,
    )  # fmt: skip
    with pytest.raises(NotFound):
        change(block, by=campaign.owner)


def test_what_a_block_says_counts_and_marks_stay_where_words_are_written(
    head_office: Any, north: Any, now: Any
) -> None:
    product = make_product(branch=head_office)
    make_block(branch=north, key="risk", text="理财非存款,产品有风险,投资须谨慎。")
    campaign = make_campaign(branch=north, product_code=product.code)
    judge = {"of": "variant", "channel": "sms", "on": local_date(now)}
    text = "{{ block_risk }}【{{ bank }}】理财产品业绩比较基准3.5% 拒收请回复R"
    bare = judge_draft(campaign, text=text.replace("{{ block_risk }}", ""), **judge)
    full = judge_draft(campaign, text=text, **judge)
    assert {f.rule for f in bare if f.start is None} - {f.rule for f in full} == {"RISK-01"}
    marked = [f for f in full if f.start is not None]
    assert marked and all(f.start >= text.index("【") for f in marked)


class TestPages:
    def test_a_marketer_writes_one_and_sees_who_uses_it(self, north: Any, now: Any, client_of: Any) -> None:
        campaign, block = with_block(north)
        client = client_of(campaign.owner)
        assert "block_tail" in client.get("/campaigns/blocks/").content.decode()
        page = client.get(f"/campaigns/blocks/{block.pk}/").content.decode()
        assert campaign.name in page
        form = {"key": "tail", "name": "落款", "kind": "footer", "text": "新话", "version": "1"}
        assert client.post(f"/campaigns/blocks/{block.pk}/edit/", {**form, "version": "7"}).status_code == 422
        assert client.post(f"/campaigns/blocks/{block.pk}/edit/", form).status_code == 302
        block.refresh_from_db()
        assert (block.text, block.version) == ("新话", 2)
        new = {"key": "head", "name": "抬头", "kind": "header", "text": "【{{ bank }}】"}
        assert client.post("/campaigns/blocks/new/", {**new, "key": "tail"}).status_code == 422
        assert client.post("/campaigns/blocks/new/", new).status_code == 302
        shown = client.post("/campaigns/blocks/preview/", {"text": "您好{{ bank }}"}).content.decode()
        assert "银行" in shown

    def test_a_stranger_finds_none(self, north: Any, south: Any, client_of: Any, now: Any) -> None:
        block = make_block(branch=north)
        client = client_of(make_staff("far-marketer", south, "marketer"))
        assert client.get(f"/campaigns/blocks/{block.pk}/").status_code == 404
