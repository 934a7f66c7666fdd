"""What the content security policy ``default-src 'self'`` would stop in a page or template."""

import re
from html.parser import HTMLParser

NOT_CODE = {"application/json", "text/plain", "importmap"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.complaints: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        place = f"line {self.getpos()[0]}: <{tag}"
        if tag == "style":
            self.complaints.append(f"{place}> is an inline style sheet")
        if tag == "script" and not named.get("src") and named.get("type") not in NOT_CODE:
            self.complaints.append(f"{place}> is an inline script")
        for name, value in attributes:
            text = (value or "").strip().lower()
            if name == "style":
                self.complaints.append(f"{place} style=…>")
            elif name.startswith(("on", "hx-on")):
                self.complaints.append(f"{place} {name}=…>")
            elif text.startswith(("javascript:", "js:")):
                self.complaints.append(f"{place} {name}={value!r}>")


def complaints_about(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    return reader.complaints


def without_template_tags(source: str) -> str:
    """A template as markup: tags and variables blanked, lines kept."""
    return re.sub(r"\{[%#{].*?[%#}]\}", lambda tag: re.sub(r"\S", " ", tag[0]), source, flags=re.DOTALL)
