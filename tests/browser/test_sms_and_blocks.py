"""From a shared block and a registered signature to a copy whose length and cost are told while it is written."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, overflow, walk_once
from tests.makers.campaigns import make_block, make_campaign
from tests.makers.delivery import demand, make_account, make_list, make_signature

TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def friday_morning(settings: Any) -> None:
    settings.HUIQUN_CLOCK_OFFSET = (TEN - datetime.now(UTC)).total_seconds()
    settings.HUIQUN_BANK_NAME = "江川银行"


def test_the_meter_follows_the_words(page_as: Callable[..., Page], marketer: Any) -> None:
    campaign = make_campaign(branch=marketer.branch, by=marketer, people=1)
    account = make_account(branch=marketer.branch)
    for each in type(account).objects.filter(channel="sms"):
        demand(each, "signature")
        make_signature(account=each)
    make_block(branch=marketer.branch, by=marketer, key="tail", text="拒收请回复R")
    page = page_as(marketer)
    page.goto(f"/campaigns/{campaign.pk}/copy/sms-a/")
    expect(page.locator("#sms .descriptions")).to_contain_text("【江川银行】")
    page.fill("[name=body]", "您好 {{ block_tail }}")
    expect(page.locator("#sms .alert-error")).to_be_visible()
    page.fill("[name=body]", "【{{ bank }}】" + "一" * 80 + " {{ block_tail }}")
    expect(page.locator("#sms .alert-error")).to_have_count(0)
    expect(page.locator("#sms strong")).to_have_text("2")
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0


def test_the_pages_fit_their_windows(page_as: Callable[..., Page], marketer: Any) -> None:
    campaign = make_campaign(branch=marketer.branch, by=marketer, people=1)
    block = make_block(branch=marketer.branch, by=marketer)
    paths = [
        f"/campaigns/{campaign.pk}/release/",
        f"/campaigns/{campaign.pk}/release/edit/",
        "/campaigns/blocks/",
        f"/campaigns/blocks/{block.pk}/",
        f"/campaigns/blocks/{block.pk}/edit/",
        "/delivery/suppressions/",
        f"/delivery/suppressions/lists/{make_list(branch=marketer.branch)}/",
    ]
    assert walk_once(page_as(marketer), paths) == []
