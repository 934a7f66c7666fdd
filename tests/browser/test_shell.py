"""Signing in, finding one's way, and promises that hold on every page."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from axes.models import AccessAttempt
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page, expect

from huiqun.foundation.roles import Role
from tests.browser.conftest import PHONE, sign_in_as, walk, walk_once
from tests.conftest import make_staff

PASSWORD = "correct horse battery"
PageAs = Callable[..., Page]


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", password)
    page.locator("form .btn-primary").click()


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def test_a_person_signs_in_and_out(page: Page, marketer: Any) -> None:
    sign_in(page, "marketer")
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator("h1")).to_contain_text("孟晓华")
    page.locator(".topbar .dropdown summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_what_was_asked_for_is_shown_after_signing_in(page: Page, administrator: Any) -> None:
    page.goto("/workforce/staff/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.fill("#id_login", "admin")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/workforce/staff/$"))


def test_guessing_locks_the_account_and_says_so(page: Page, marketer: Any) -> None:
    for _ in range(5):
        sign_in(page, "marketer", "wrong password")
    expect(page.locator("h1")).to_have_text("登录已锁定")
    expect(page.locator("[role=alert]")).to_contain_text("15 分钟")
    sign_in(page, "marketer")
    expect(page.locator("h1")).to_have_text("登录已锁定")
    AccessAttempt.objects.all().delete()
    sign_in(page, "marketer")
    expect(page.locator("h1")).to_contain_text("孟晓华")


def test_nobody_signs_themselves_up(page: Page, db: None) -> None:
    page.goto("/accounts/signup/")
    expect(page.locator("form [name=username]")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("无法登录？")


def test_a_second_step_is_set_up_and_then_asked_for(page: Page, marketer: Any) -> None:
    sign_in(page, "marketer")
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="立即绑定").click()
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="确定").click()
    secret = page.locator(".secret").inner_text()
    page.fill("[name=code]", code_of(secret))
    page.get_by_role("button", name="开启").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes li").first.inner_text()
    page.context.clear_cookies(name="sessionid")
    sign_in(page, "marketer")
    expect(page.locator("h1")).to_have_text("二次验证")
    page.fill("[name=code]", "000000")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".field-error")).to_be_visible()
    page.fill("[name=code]", recovery)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("h1")).to_contain_text("孟晓华")


def test_a_code_from_the_app_opens_the_account(page: Page, marketer: Any) -> None:
    secret = generate_totp_secret()
    TOTP.activate(marketer, secret)
    RecoveryCodes.activate(marketer)
    sign_in(page, "marketer")
    page.fill("[name=code]", code_of(secret))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("h1")).to_contain_text("孟晓华")


def test_where_the_policy_asks_for_it_nothing_opens_without_a_second_step(
    page_as: PageAs, marketer: Any, settings: Any
) -> None:
    settings.HUIQUN_REQUIRE_TOTP = True
    page = page_as(marketer)
    page.goto("/")
    expect(page).to_have_url(re.compile("/accounts/(2fa/totp/activate|reauthenticate|login)/"))


def test_a_session_ends_though_it_is_used(page_as: PageAs, marketer: Any, settings: Any) -> None:
    page = page_as(marketer)
    page.goto("/")
    settings.HUIQUN_LONGEST_SESSION_HOURS = -1
    page.goto("/")
    expect(page.locator(".alert[role=status]")).to_contain_text("会话已结束")


def test_the_language_is_changed_and_kept(page_as: PageAs, administrator: Any) -> None:
    page = page_as(administrator)
    page.goto("/workforce/branches/")
    expect(page.locator("h1")).to_have_text("机构管理")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Branches")
    page.goto("/workforce/staff/")
    expect(page.locator("h1")).to_have_text("Staff and roles")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_menu_shows_what_a_role_may_open(page_as: PageAs, administrator: Any, marketer: Any) -> None:
    page = page_as(administrator)
    page.goto("/workforce/staff/")
    expect(page.locator(".menu-item-active")).to_have_text("员工与岗位")
    page = page_as(marketer)
    page.goto("/")
    expect(page.get_by_role("link", name="员工与岗位")).to_have_count(0)


def test_on_a_phone_the_menu_is_a_drawer(page_as: PageAs, administrator: Any) -> None:
    page = page_as(administrator, width=PHONE)
    page.goto("/")
    menu = page.locator("#sider").get_by_role("link", name="机构管理")
    expect(menu).not_to_be_visible()
    page.locator(".drawer-button").click()
    menu.click()
    expect(page).to_have_url(re.compile("/workforce/branches/"))


def test_a_step_that_cannot_be_taken_back_is_asked_about(
    page_as: PageAs, administrator: Any, marketer: Any
) -> None:
    page = page_as(administrator)
    page.goto(f"/workforce/staff/{marketer.pk}/")
    page.get_by_role("button", name="停用账号").click()
    page.locator("dialog[open]").get_by_role("button", name="取消").click()
    expect(page.locator(".card-title .tag").first).to_have_text("启用")
    page.get_by_role("button", name="停用账号").click()
    page.locator("dialog[open]").get_by_role("button", name="确定").click()
    expect(page.locator(".toast-success")).to_be_visible()
    expect(page.locator(".card-title .tag").first).to_have_text("已停用")


def test_a_branch_is_chosen_from_its_tree(
    page_as: PageAs, administrator: Any, north: Any, south: Any
) -> None:
    page = page_as(administrator)
    page.goto("/workforce/staff/")
    page.locator(".tree-select-button").click()
    page.locator(".tree-select-panel input").fill("城北")
    page.get_by_role("option", name="城北支行").click()
    page.get_by_role("button", name="查询").click()
    expect(page).to_have_url(re.compile(rf"branch={north.pk}\b"))
    expect(page.locator(".tree-select-button")).to_have_text("城北支行")


def test_a_chart_is_drawn(page_as: PageAs, administrator: Any) -> None:
    page = page_as(administrator)
    page.goto("/style/")
    expect(page.locator("[data-chart] canvas")).to_be_visible()


# Promises about every page ------------------------------------------------------------------------


def plain_routes() -> list[str]:
    """Addresses of all views that need no id and are not allauth's own."""
    return sorted(set(_plain(get_resolver().url_patterns, "/")))


def _plain(patterns: list[Any], prefix: str) -> list[str]:
    found = []
    for entry in patterns:
        path = prefix + str(entry.pattern).removeprefix("^").removesuffix("$")
        if "<" in path or "(" in path:
            continue
        if isinstance(entry, URLResolver):
            found += _plain(entry.url_patterns, path)
        elif isinstance(entry, URLPattern) and not path.startswith("/accounts/"):
            found.append(path)
    return found


def pages_of(staff: Any, paths: list[str] | None = None) -> list[str]:
    """The pages that open for this person, of all or of these."""
    return [path for path, answer in answers_to(staff, paths) if is_page(answer)]


def answers_to(staff: Any, paths: list[str] | None = None) -> Iterator[tuple[str, Any]]:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    for path in plain_routes() if paths is None else paths:
        yield path, client.get(path)


def is_page(response: Any) -> bool:
    """A document that opens: neither a download nor a refusal."""
    is_document = response.headers.get("Content-Type", "").startswith("text/html")
    return (
        response.status_code == 200
        and is_document
        and "attachment" not in response.get("Content-Disposition", "")
    )


def is_no_page(response: Any) -> bool:
    """For nobody, whatever the role: it only takes what is posted, or answers with no document."""
    return response.status_code == 405 or (response.status_code == 200 and not is_page(response))


@pytest.fixture
def one_of_each_role(head_office: Any) -> dict[str, Any]:
    return {role.value: make_staff(f"a_{role.value}", head_office, role.value) for role in Role}


def test_every_page_keeps_its_promises_in_chromium(
    page: Page, live_server: Any, one_of_each_role: dict[str, Any]
) -> None:
    """Each page once, for the first role that it opens for, at both widths."""
    wrong, seen = [], {"/large-type/"}
    left = [path for path in plain_routes() if path not in seen]
    for staff in one_of_each_role.values():
        answers = list(answers_to(staff, left))
        fresh = [path for path, answer in answers if is_page(answer)]
        left = [path for path, answer in answers if not is_page(answer) and not is_no_page(answer)]
        seen.update(fresh)
        sign_in_as(page, staff, url=live_server.url)
        wrong += walk_once(page, fresh)
    assert not wrong, "\n".join(wrong)
    assert {"/", "/style/", "/workforce/staff/"} <= seen


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", list(Role))
def test_every_page_keeps_its_promises_for_every_role(
    page_as: PageAs, head_office: Any, role: Role, language: str
) -> None:
    staff = make_staff(f"a_{role.value}", head_office, role.value)
    wrong = walk(page_as(staff, language=language), pages_of(staff))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/nothing/here/"])
def test_pages_before_signing_in_fit_a_phone(new_context: Callable[..., Any], db: None, path: str) -> None:
    page = new_context(width=PHONE, language="en").new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
