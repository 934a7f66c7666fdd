"""A consent text is published at the head office and agreed to at a branch, in the browser."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from huiqun.customers.models import Consent
from tests.browser.conftest import overflow
from tests.makers.customers import make_customer

PageAs = Callable[..., Page]


def test_a_published_text_is_agreed_to_at_the_branch(
    page_as: PageAs, compliance_reviewer: Any, relationship_manager: Any, north: Any, now: Any
) -> None:
    page = page_as(compliance_reviewer)
    page.goto("/customers/consent-texts/")
    page.select_option("#id_channel", "sms")
    page.fill("#id_version", "2026-1")
    page.fill("#id_title", "营销短信授权书")
    page.fill("#id_body", "我同意通过短信接收产品信息。\n可随时撤回。")
    page.get_by_role("button", name="发布").click()
    page.locator("dialog[open] .btn-primary").click()
    expect(page.locator("table")).to_contain_text("当前使用")
    assert overflow(page) <= 0

    customer = make_customer(branch=north)
    counter = page_as(relationship_manager)
    counter.goto(f"/customers/{customer.pk}/")
    counter.get_by_role("button", name="登记同意").click()
    counter.locator("#consent summary").click()
    expect(counter.locator("#consent")).to_contain_text("可随时撤回")
    counter.locator("#consent input[type=radio]").check()
    counter.locator("#agreed").check()
    counter.locator("#consent .btn-primary").click()
    expect(counter.get_by_text("同意已登记")).to_be_visible()
    assert Consent.objects.get(customer=customer).source == "branch"
