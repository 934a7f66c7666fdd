"""One campaign from plan to result as its people walk it: a marketer, three reviewers and a customer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from huiqun.campaigns.models import Campaign, Participation
from huiqun.delivery import queries as delivery
from huiqun.delivery.models import Recipient
from huiqun.foundation import jobs
from huiqun.lib.days import local_time
from tests.browser.conftest import DESK, PHONE, overflow
from tests.makers.audiences import make_audience, make_lake, profile
from tests.makers.campaigns import make_campaign, make_running
from tests.makers.customers import make_customer
from tests.makers.delivery import make_account

PageAs = Callable[..., Page]
TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
UNLAWFUL = "【{{ bank }}】{{ salutation }},本行保本理财,零风险:{{ link }} 拒收请回复R"
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Mobile/15E148 MicroMessenger/8.0.49"
)
SPIDER = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"
LIGHT = 100 * 1024


@pytest.fixture(autouse=True)
def friday_morning(settings: Any) -> None:
    """The server's threads do not see a held clock; shifted, it shows them and the test the same hour."""
    settings.HUIQUN_CLOCK_OFFSET = (TEN - datetime.now(UTC)).total_seconds()


@pytest.fixture
def reviewers(business_reviewer: Any, legal_reviewer: Any, compliance_reviewer: Any) -> list[Any]:
    return [business_reviewer, legal_reviewer, compliance_reviewer]


def town(branch: Any, by: Any, people: int = 3) -> Any:
    """A few customers who agreed to messages, accounts to send by, and an audience of everybody."""
    customers = [make_customer(branch=branch, consents=["sms", "email"]) for _ in range(people)]
    make_lake(profiles=[profile(customer.pk, branch) for customer in customers])
    for channel in ("sms", "email"):
        make_account(branch=branch, channel=channel)
    return make_audience(branch=branch, by=by)


def press(page: Page, action: str) -> None:
    """The button of the form that posts to ``…/<action>/``, and the page that follows."""
    page.locator(f"form[action$='/{action}/'] button:not([type=button])").first.click()
    page.wait_for_load_state()


def save(page: Page) -> None:
    page.locator("main form .btn-primary").first.click()
    page.wait_for_url("**/campaigns/*/")


def plan(page: Page, audience: Any) -> str:
    """From a playbook to a plan that may start at once; the plan's address."""
    page.goto("/campaigns/new/")
    page.locator("form.playbook:has(input[value=womens_month]) button").click()
    page.wait_for_url("**/campaigns/*/")
    address = page.url
    page.goto(f"{address}audience/")
    page.locator(f"#audience-{audience.pk}").check()
    save(page)
    start = local_time(TEN - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")
    page.goto(f"{address}plan/")
    page.fill("[name=start_at]", start)
    page.fill("[name=control]", "0")
    save(page)
    page.goto(f"{address}offer/")
    page.fill("[name=claim_start_at]", start)
    save(page)
    return address


def unlawful_copy_is_blocked(page: Page, address: str) -> None:
    """Its article is shown while one writes, it blocks the submission, and mending it unblocks."""
    page.goto(f"{address}copy/sms-a/")
    words = page.locator("[name=body]").input_value()
    page.fill("[name=body]", UNLAWFUL)
    expect(page.locator(".copy-ground .mark-block").first).to_be_visible()
    panel = page.locator("[data-copy-panel]")
    expect(panel.locator(".finding-block").first).to_contain_text("广告法")
    panel.locator(".finding-block details summary").first.click()
    expect(panel.locator(".finding-block details[open]").first).to_contain_text("第二十五条")
    page.locator("[hx-target='#preview']").click()
    expect(page.locator("#preview .bubble")).to_contain_text("保本理财")
    save(page)
    expect(page.locator("form[action$='/submit/'] button")).to_be_disabled()
    page.locator(".alert-error a").click()
    expect(page.locator("#part-sms-a .finding-block").first).to_be_visible()
    page.goto(f"{address}copy/sms-a/")
    page.fill("[name=body]", words)
    save(page)
    expect(page.locator("form[action$='/submit/'] button")).to_be_enabled()


def approve(page: Page) -> None:
    page.goto("/compliance/reviews/")
    page.locator("main a[href*='/dossiers/']").first.click()
    page.wait_for_url("**/dossiers/*/")
    for box in page.locator("#decision [type=checkbox]").all():
        box.check()
    page.locator("#decision .btn-primary").click()
    page.locator("dialog[open] .btn-primary").click()
    expect(page.locator("#decision")).to_have_count(0)


def take_part(page: Page, token: str) -> None:
    """Read, join, claim, ask why, leave. All of it is a light page that fits its window."""
    received: list[Response] = []
    page.on("response", lambda response: received.append(response))
    with page.expect_response("**/seen/") as seen:
        page.goto(f"/m/{token}/")
    assert seen.value.status == 204
    page.wait_for_load_state("networkidle")
    assert sum(len(each.body()) for each in received if each.status == 200) < LIGHT
    press(page, "join")
    expect(page.locator(".alert-success")).to_be_visible()
    press(page, "claim")
    expect(page.locator(".phone-code")).to_be_visible()
    page.reload()
    expect(page.locator(".phone-code")).to_be_visible()
    assert overflow(page) <= 0
    for name in ("why", "unsubscribe"):
        page.goto(f"/m/{token}/{name}/")
        assert overflow(page) <= 0
    page.locator("main form .phone-button-primary").click()
    expect(page.locator(".alert-success")).to_be_visible()


def touches_of(recipient_id: int) -> set[str]:
    told = delivery.reached_by(recipient_id=recipient_id)
    assert told is not None
    return {str(touch.kind) for touch in told.touches}


def walk_loop(
    page_as: PageAs, new_context: Any, staff: Any, reviewers: list[Any], width: int, language: str
) -> None:
    audience = town(staff.branch, staff)
    page = page_as(staff, width=width, language=language)
    address = plan(page, audience)
    unlawful_copy_is_blocked(page, address)
    press(page, "submit")
    for reviewer in reviewers:
        approve(page_as(reviewer, width=width, language=language))
    jobs.run_pending()
    page.goto(address)
    press(page, "start")
    jobs.run_pending()
    campaign = Campaign.objects.get()
    recipient = Recipient.objects.filter(run_id=campaign.run_id, state="sent").order_by("pk")[0]
    customer = new_context(width=PHONE, language=language, user_agent=WECHAT).new_page()
    take_part(customer, delivery.make_link(recipient.pk))
    assert Participation.objects.filter(customer_id=recipient.customer_id, kind="joined").count() == 1
    assert {"clicked", "unsubscribed"} <= touches_of(recipient.pk)
    page.goto(f"/insights/campaigns/{campaign.pk}/")
    counts = {step: page.locator(f"a[href$='step={step}']").inner_text() for step in ("sent", "clicked")}
    counts |= {step: page.locator(f"a[href$='step={step}']").inner_text() for step in ("joined", "claimed")}
    assert counts == {"sent": "3", "clicked": "1", "joined": "1", "claimed": "1"}
    assert overflow(page) <= 0
    page.locator("a[href$='step=claimed']").click()
    expect(page.locator("main tbody tr")).to_have_count(1)


def test_a_campaign_goes_from_plan_to_result(
    page_as: PageAs, new_context: Any, marketer: Any, reviewers: list[Any]
) -> None:
    walk_loop(page_as, new_context, marketer, reviewers, DESK, "zh-hans")


@pytest.mark.slow
@pytest.mark.parametrize(("width", "language"), [(PHONE, "zh-hans"), (DESK, "en"), (PHONE, "en")])
def test_the_loop_can_be_walked_at_each_width_in_each_language(
    page_as: PageAs, new_context: Any, marketer: Any, reviewers: list[Any], width: int, language: str
) -> None:
    walk_loop(page_as, new_context, marketer, reviewers, width, language)


def test_a_plans_pages_fit_their_windows(page_as: PageAs, marketer: Any) -> None:
    campaign = make_campaign(branch=marketer.branch, by=marketer, people=1)
    page = page_as(marketer)
    parts = [
        "",
        "plan/",
        "audience/",
        "page/",
        "offer/",
        "targets/",
        "team/",
        "check/",
        "copy/new/",
        "copy/sms-a/",
    ]
    editors = {"page/", "offer/", "copy/new/", "copy/sms-a/"}
    for part in parts:
        assert page.goto(f"/campaigns/{campaign.pk}/{part}").status == 200  # type: ignore[union-attr]
        if part in editors:
            page.wait_for_load_state("networkidle")  # findings and preview come by themselves
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) <= 0, f"{part} at {width}"


def test_a_robots_visit_is_not_counted(new_context: Any, north: Any) -> None:
    campaign = make_running(branch=north)
    recipient = Recipient.objects.get(run_id=campaign.run_id)
    robot = new_context(width=PHONE, user_agent=SPIDER).new_page()
    with robot.expect_response("**/seen/"):
        robot.goto(f"/m/{delivery.make_link(recipient.pk)}/")
    assert "clicked" not in touches_of(recipient.pk)


def test_large_type_is_one_tap_away_and_stays(new_context: Any, north: Any) -> None:
    campaign = make_running(branch=north)
    recipient = Recipient.objects.get(run_id=campaign.run_id)
    page = new_context(width=PHONE, user_agent=WECHAT).new_page()
    page.goto(f"/m/{delivery.make_link(recipient.pk)}/")
    page.locator(".phone-large").click()
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "21px"
    page.reload()
    assert page.locator("html.large").count() == 1
    assert overflow(page) <= 0


def test_a_campaign_that_is_over_says_so_and_takes_nobody(new_context: Any, north: Any) -> None:
    campaign = make_running(branch=north)
    Campaign.objects.filter(pk=campaign.pk).update(
        start_at=TEN - timedelta(days=9), end_at=TEN - timedelta(days=1)
    )
    recipient = Recipient.objects.get(run_id=campaign.run_id)
    page = new_context(width=PHONE, user_agent=WECHAT).new_page()
    page.goto(f"/m/{delivery.make_link(recipient.pk)}/")
    expect(page.locator(".alert-warning")).to_be_visible()
    expect(page.locator("form:visible")).to_have_count(0)
