"""No template holds what the content security policy would stop."""

from pathlib import Path

import pytest

from tests.guards.markup import complaints_about, without_template_tags

SOURCE = Path(__file__).parents[2] / "src"
TEMPLATES = sorted(path for path in SOURCE.rglob("*.html") if "templates" in path.parts)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_holds_no_inline_style_or_script(path: Path):
    assert complaints_about(without_template_tags(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
        '<div hx-vals="js:{a: 1}">',
    ],
)
def test_would_notice(markup: str):
    assert complaints_about(markup)


def test_lets_be_what_is_allowed():
    allowed = '<script src="/static/x.js" defer></script><script type="application/json" id="d">{}</script>'
    assert complaints_about(allowed + '<p class="{% if a > b %}x{% endif %}">') == []
