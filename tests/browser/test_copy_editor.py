"""Writing with the law beside one: marks while typing, fixes by one click, and silence that is never a yes."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect

from huiqun.compliance import checks
from huiqun.compliance.rules.findings import Finding
from tests.browser.conftest import DESK, PHONE, overflow
from tests.makers.campaigns import make_campaign

PageAs = Callable[..., Page]
MARKS = ".copy-ground mark"
PROMISE = "😀😀 家人们好!这款理财保本,现在就买。"
CLEAN = "今天网点照常营业。"
WARNING = "理财非存款，产品有风险，投资须谨慎。"


@pytest.fixture(autouse=True)
def with_fixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rules with a fix and no others, whatever the book's data say."""
    original = checks.check_copy

    def check(*args: Any, **kwargs: Any) -> tuple[Finding, ...]:
        return tuple(map(with_fix, original(*args, **kwargs)))

    monkeypatch.setattr(checks, "check_copy", check)
    # The book is read once per process, before anybody waits for an answer.
    original("好", channel="h5", product_kind="wealth", product_risk=2, on=date(2026, 11, 20))


def with_fix(finding: Finding) -> Finding:
    replacement = "运作稳健" if finding.rule == "GUA-01" else None
    return replace(finding, replacement=replacement, insertion=WARNING if finding.rule == "RISK-01" else "")


def open_check(page: Page, *, kind: str = "wealth") -> Page:
    page.goto("/compliance/check/")
    page.select_option("[name=channel]", "h5")
    page.select_option("[name=product_kind]", kind)
    page.select_option("[name=product_risk]", "2")
    return page


def write(page: Page, words: str) -> None:
    page.locator("[name=text]").click()
    page.keyboard.insert_text(words)


def state(page: Page, value: str) -> None:
    expect(page.locator(f"form[data-copy-state={value}]")).to_have_count(1)


def test_marks_stand_behind_their_words(page_as: PageAs, marketer: Any) -> None:
    page = open_check(page_as(marketer))
    write(page, PROMISE)
    expect(page.locator(MARKS, has_text="保本")).to_have_text("保本")
    expect(page.locator("[data-copy-panel] .finding-block", has_text="GUA-01")).to_contain_text("广告法")
    # Both layers break their lines alike, or a mark would stand behind other words.
    looks = page.evaluate(
        """() => ['.copy-box-long textarea', '.copy-box-long .copy-ground'].map((selector) => {
          const each = document.querySelector(selector), style = getComputedStyle(each);
          return [each.clientWidth, style.font, style.lineHeight, style.padding, style.letterSpacing,
                  style.whiteSpace, style.wordBreak, style.overflowWrap, each.scrollHeight].join('|');
        })"""
    )
    assert looks[0] == looks[1]
    page.locator("[data-copy-show]", has_text="保本").click()
    chosen = "(() => { const e = document.activeElement; return e.value.slice(e.selectionStart, e.selectionEnd) })()"
    assert page.evaluate(chosen) == "保本"
    expect(page.locator(".finding-here", has_text="GUA-01")).to_have_count(1)


def test_marks_stay_with_their_words_until_the_next_answer(page_as: PageAs, marketer: Any) -> None:
    page = open_check(page_as(marketer))
    write(page, PROMISE)
    expect(page.locator(MARKS, has_text="保本")).to_have_text("保本")
    page.route("**/compliance/check/", lambda route: None)
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("𠮷 ")
    state(page, "checking")
    expect(page.locator(MARKS, has_text="保本")).to_have_text("保本")
    expect(page.locator("[data-copy-fix]").first).to_be_disabled()
    page.unroute_all(behavior="ignoreErrors")


def test_one_click_mends_and_checks_again(page_as: PageAs, marketer: Any) -> None:
    page = open_check(page_as(marketer))
    write(page, PROMISE)
    page.locator(".finding", has_text="GUA-01").locator("[data-copy-fix]").click()
    expect(page.locator("[name=text]")).to_have_value(PROMISE.replace("保本", "运作稳健"))
    expect(page.locator(".finding", has_text="GUA-01")).to_have_count(0)
    page.locator(".finding", has_text="RISK-01").locator("[data-copy-fix]").click()
    expect(page.locator("[name=text]")).to_have_value(PROMISE.replace("保本", "运作稳健") + WARNING)
    expect(page.locator(".finding", has_text="RISK-01")).to_have_count(0)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator("[name=text]")).to_have_value(PROMISE)
    expect(page.locator(".finding", has_text="GUA-01")).to_have_count(1)


def test_all_that_is_safe_is_mended_in_one_step(page_as: PageAs, marketer: Any) -> None:
    page = open_check(page_as(marketer))
    write(page, PROMISE)
    page.locator("[data-copy-fix=all]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=text]")).to_have_value(PROMISE.replace("保本", "运作稳健") + WARNING)
    expect(page.locator("[data-copy-fix]")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("[name=text]")).to_have_value(PROMISE)


def test_a_check_that_failed_is_no_clean_text(page_as: PageAs, marketer: Any) -> None:
    page = open_check(page_as(marketer), kind="brand")
    write(page, CLEAN)
    state(page, "clean")
    page.route("**/compliance/check/", lambda route: route.abort())
    write(page, CLEAN)
    state(page, "unchecked")
    expect(page.locator("[data-copy-state].tag")).to_have_text("未检查")
    expect(page.locator("[data-copy-list] .alert-error")).to_contain_text("未能检查")
    expect(page.locator("[data-copy-panel] .alert-success")).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")
    page.locator("[data-copy-again]").click()
    state(page, "clean")


@pytest.mark.parametrize("answer", ["<html>", "{}", "null"])
def test_an_answer_that_is_none_is_a_failure(page_as: PageAs, marketer: Any, answer: str) -> None:
    page = open_check(page_as(marketer), kind="brand")
    page.route("**/compliance/check/", lambda route: route.fulfill(status=200, body=answer))
    write(page, CLEAN)
    state(page, "unchecked")


def test_an_answer_that_comes_late_is_dropped(page_as: PageAs, marketer: Any) -> None:
    page = open_check(page_as(marketer), kind="brand")
    held: list[Route] = []
    page.route("**/compliance/check/", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/compliance/check/"):
        write(page, "本行服务全国第一,最好的银行。")
    page.locator("[name=text]").fill(CLEAN)
    state(page, "clean")
    with suppress(Error):  # the page has given it up, and would not hear it
        held[0].continue_()
    expect(page.locator("[data-copy-panel] .alert-success")).to_be_visible()
    expect(page.locator(MARKS)).to_have_count(0)


def test_what_cannot_be_checked_is_said_in_words(page_as: PageAs, marketer: Any) -> None:
    page = open_check(page_as(marketer))
    page.locator("[name=text]").fill("好" * 20_001)
    state(page, "unchecked")
    expect(page.locator("[data-copy-list] .alert-error")).to_contain_text("20000")
    page.locator("[name=text]").fill("保本\x02理财")
    expect(page.locator("[data-copy-list] .alert-error")).to_contain_text("控制字符")
    page.locator("[name=text]").fill("")
    state(page, "empty")


def test_saving_what_was_not_checked_is_asked_about(page_as: PageAs, marketer: Any) -> None:
    campaign = make_campaign(branch=marketer.branch, by=marketer, people=1)
    page = page_as(marketer)
    page.goto(f"/campaigns/{campaign.pk}/copy/sms-a/")
    page.route("**/findings/**", lambda route: route.abort())
    page.locator("[name=body]").press("End")
    page.keyboard.insert_text("。")
    state(page, "unchecked")
    page.locator("main form .btn-primary").first.click()
    expect(page.locator("dialog[open]")).to_contain_text("未能检查")
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url(f"**/campaigns/{campaign.pk}/")


def test_an_input_methods_half_words_are_not_sent(page_as: PageAs, marketer: Any) -> None:
    page = open_check(page_as(marketer))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("[name=text]").click()
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "bao", "selectionStart": 3, "selectionEnd": 3})
    expect(page.locator("[name=text]")).to_have_value("bao")
    page.wait_for_timeout(500)
    assert sent == []
    keys.send("Input.insertText", {"text": "保本理财"})
    expect(page.locator(MARKS, has_text="保本")).to_have_count(1)


def test_each_field_of_a_form_is_marked_by_itself(page_as: PageAs, marketer: Any) -> None:
    campaign = make_campaign(branch=marketer.branch, by=marketer, people=1)
    page = page_as(marketer)
    page.goto(f"/campaigns/{campaign.pk}/page/")
    page.locator("[name=title]").fill("😀 保本理财来了")
    page.locator("[name=body]").fill("到网点看看，本金绝对安全。")
    ground = page.locator(".copy-box:not(.copy-box-long) mark", has_text="保本")
    expect(ground).to_be_visible()
    expect(page.locator(".copy-box-long mark").first).to_be_visible()
    page.locator("[data-copy-show]", has_text="保本").first.click()
    expect(page.locator("[name=title]")).to_be_focused()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_editor_fits_its_window(page_as: PageAs, marketer: Any, width: int, language: str) -> None:
    page = open_check(page_as(marketer, width=width, language=language))
    write(page, PROMISE + "零风险,稳赚不赔,收益碾压存款!" * 3)
    expect(page.locator(MARKS).first).to_be_visible()
    assert overflow(page) <= 0


def test_works_without_scripts(new_context: Any, live_server: Any, marketer: Any) -> None:
    from tests.browser.conftest import session_of

    context = new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": session_of(marketer), "url": live_server.url}])
    page = open_check(context.new_page())
    page.locator("[name=text]").fill(PROMISE)
    page.locator("form .btn-primary").first.click()
    expect(page.locator(".copy-shown mark", has_text="保本")).to_be_visible()
    page.locator(".finding", has_text="GUA-01").locator("[name=fix]").click()
    expect(page.locator("[name=text]")).to_have_value(PROMISE.replace("保本", "运作稳健"))
    expect(page.locator(".finding", has_text="GUA-01")).to_have_count(0)
