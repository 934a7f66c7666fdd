"""A real Chromium against a real server. A console error, a script's exception, a missing file or a breach
of the content security policy fails whatever test it happens in."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

# Playwright's synchronous interface runs a loop in this thread; Django would refuse the database then.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DESK, PHONE = 1440, 390
HEIGHTS = {DESK: 900, PHONE: 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = os.environ.get("HUIQUN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    sentence = "No Chromium found: apt-get install chromium fonts-noto-cjk, or name one in HUIQUN_CHROMIUM"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def built_frontend() -> None:
    from huiqun.config import frontend

    frontend.build()


@pytest.fixture(scope="session")
def browser(chromium: str, built_frontend: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@dataclass
class Watch:
    """What went wrong on any page of a test."""

    problems: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that was refused says so itself; files that did not come are caught as responses.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"{message.location.get('url', '')}: {message.text}")

    def _response(self, response: Response) -> None:
        kind = response.request.resource_type
        if response.status >= 500 or (response.status >= 400 and kind not in {"document", "xhr", "fetch"}):
            self.problems.append(f"{response.url}: answered {response.status}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching = Watch()
    yield watching
    assert not watching.problems, "\n".join(watching.problems)


@pytest.fixture
def new_context(browser: Browser, live_server: Any, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """``new_context(width=1440, language="zh-hans", **more of Playwright's)``: a fresh browser of somebody
    who is not signed in."""
    opened: list[BrowserContext] = []

    def make(*, width: int = DESK, language: str = "zh-hans", **more: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            locale="en-GB" if language == "en" else "zh-CN",
            timezone_id="Asia/Shanghai",
            **more,
        )
        context.add_cookies([{"name": "huiqun_language", "value": language, "url": live_server.url}])
        context.on("page", watch.follow)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of somebody who is not signed in."""
    return new_context().new_page()


@pytest.fixture
def page_as(new_context: Callable[..., BrowserContext], live_server: Any) -> Callable[..., Page]:
    """``page_as(staff, width=1440, language="zh-hans")``: a page of somebody who is."""

    def make(staff: Any, *, width: int = DESK, language: str = "zh-hans") -> Page:
        page = new_context(width=width, language=language).new_page()
        sign_in_as(page, staff, url=live_server.url)
        return page

    return make


def sign_in_as(page: Page, staff: Any, *, url: str) -> None:
    """Whoever was signed in on the page before is not any more; what the browser holds of our files stays."""
    page.context.add_cookies([{"name": "sessionid", "value": session_of(staff), "url": url}])


def session_of(staff: Any) -> str:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def walk(page: Page, paths: list[str], *, widths: tuple[int, ...] = (DESK, PHONE)) -> list[str]:
    """Open each path at each width; what is wrong with them, a line each."""
    wrong = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
        for path in paths:
            response = page.goto(path)
            if response is None or response.status >= 400:
                wrong.append(f"{path}: answered {response.status if response else 'nothing'}")
            elif (extra := overflow(page)) > 0:
                wrong.append(f"{path} at {width} px: {extra} px too wide")
    return wrong


def walk_once(page: Page, paths: list[str]) -> list[str]:
    """As ``walk``, but each path is opened once, at a desk, and the window then made as small as a phone."""
    wrong = []
    for path in paths:
        page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})
        response = page.goto(path)
        if response is None or response.status >= 400:
            wrong.append(f"{path}: answered {response.status if response else 'nothing'}")
            continue
        wrong += [f"{path} at {width} px: {extra} px too wide" for width, extra in _too_wide(page)]
    return wrong


def _too_wide(page: Page) -> Iterator[tuple[int, int]]:
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        if (extra := overflow(page)) > 0:
            yield width, extra
