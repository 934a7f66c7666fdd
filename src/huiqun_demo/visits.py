"""Opening a link as a phone does: the page, then what its forms and its script would send."""

from html.parser import HTMLParser
from time import sleep
from urllib.parse import urljoin, urlsplit

import httpx

BOT_AGENTS = (
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
)
TIMEOUT = httpx.Timeout(10.0)


def prefetch(link: str, *, agent: str) -> None:
    """A mail scanner or link preview: looks, and is not to be counted."""
    with httpx.Client(
        timeout=TIMEOUT, trust_env=False, headers={"User-Agent": agent}, follow_redirects=True
    ) as client:
        client.head(link)
        client.get(link, headers={"Sec-Purpose": "prefetch"})


def one_click(address: str) -> None:
    """What a mail programme does when its reader presses "unsubscribe" (RFC 8058)."""
    httpx.post(address, data={"List-Unsubscribe": "One-Click"}, timeout=TIMEOUT, trust_env=False)


class Visit:
    """One person's visit to one page."""

    def __init__(self, link: str, *, agent: str, pause: float = 1.0) -> None:
        self._link = link if link.endswith("/") else f"{link}/"
        self._pause = pause
        self._client = httpx.Client(
            timeout=TIMEOUT,
            trust_env=False,
            follow_redirects=True,
            headers={"User-Agent": agent, "Accept": "text/html", "Accept-Language": "zh-CN"},
        )
        self._forms: dict[str, dict[str, str]] = {}

    def read(self) -> bool:
        """Fetch the page and, when it is on the screen, say so as its script does; whether there was one."""
        page = self._client.get(self._link)
        self._link = str(page.url)
        if page.status_code != 200:
            return False
        self._forms = forms_of(page.text)
        sleep(self._pause)
        self._post(urljoin(self._link, "seen/"), {})
        return True

    def submit(self, name: str) -> bool:
        """Press the button of the form that posts to ``…/<name>/``; False when the page has none."""
        action = next((action for action in self._forms if urlsplit(action).path.endswith(f"/{name}/")), None)
        if action is None:
            return False
        sleep(self._pause)
        answer = self._post(urljoin(self._link, action), self._forms[action])
        if answer.status_code == 200:
            self._forms = forms_of(answer.text) or self._forms
        return answer.status_code < 400

    def unsubscribe(self) -> bool:
        """Follow the page's own way out."""
        address = urljoin(self._link, "unsubscribe/")
        page = self._client.get(address)
        if page.status_code != 200:
            return False
        forms = forms_of(page.text)
        action, values = next(iter(forms.items()), (address, {}))
        return self._post(urljoin(address, action), values).status_code < 400

    def _post(self, address: str, values: dict[str, str]) -> httpx.Response:
        token = values.get("csrfmiddlewaretoken") or next(
            (form["csrfmiddlewaretoken"] for form in self._forms.values() if "csrfmiddlewaretoken" in form),
            "",
        )
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self._link))
        headers = {"Origin": origin, "Referer": self._link}
        if token:
            headers["X-CSRFToken"] = token
        return self._client.post(address, data=values, headers=headers)

    def close(self) -> None:
        self._client.close()


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._inside: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and values.get("method", "").lower() == "post":
            self._inside = self.found.setdefault(values.get("action", ""), {})
        elif tag in ("input", "button") and self._inside is not None and values.get("name"):
            unticked = values.get("type") in ("checkbox", "radio") and "checked" not in values
            if not unticked:
                self._inside[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None


def forms_of(page: str) -> dict[str, dict[str, str]]:
    """Forms that are posted: address → what they would send."""
    parser = _Forms()
    parser.feed(page)
    return parser.found
