"""Sentences are found in code and templates, and no translation is lost."""

import gettext

import pytest

from huiqun.config import messages

CODE = (
    'from x import gettext as _, ngettext\nA = _("Hello %(name)s")\nngettext("%(n)s row", "%(n)s rows", 3)\n'
)
TEMPLATE = """{% load i18n %}
<p title="{% translate "A title" %}">{% blocktranslate trimmed with a=b %}
    Words over
    {{ a }} lines{% endblocktranslate %} it's not code
  {{ _("In a variable") }}</p>
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    package = tmp_path / "src" / "huiqun"
    (package / "things" / "templates").mkdir(parents=True)
    (package / "things" / "__init__.py").write_text(CODE)
    (package / "things" / "templates" / "page.html").write_text(TEMPLATE)
    monkeypatch.setattr(messages, "PACKAGE", package)
    monkeypatch.setattr(messages, "SOURCE", package.parent)
    return package


def translate(english: str, chinese: str) -> None:
    path = messages.po_file("things")
    text = path.read_text("utf-8")
    assert f'msgid "{english}"\nmsgstr ""' in text
    path.write_text(
        text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"'), "utf-8"
    )


def test_finds_sentences_in_code_and_templates(house):
    assert messages.update("things") == (5, 5)
    ids = {str(message.id) for message in messages.kept("things") if message.id}
    assert {"Hello %(name)s", "A title", "Words over %(a)s lines", "In a variable"} <= ids


def test_keeps_translations_and_a_sentence_that_went_away_comes_back(house):
    messages.update("things")
    translate("A title", "标题")
    page = house / "things" / "templates" / "page.html"
    page.write_text("{% load i18n %}")
    messages.update("things")
    assert '#~ msgstr "标题"' in messages.po_file("things").read_text("utf-8")
    page.write_text(TEMPLATE)
    messages.update("things")
    assert messages.kept("things").get("A title").string == "标题"


def test_an_update_changes_nothing_that_is_so_already(house):
    messages.update("things")
    before = messages.po_file("things").read_bytes()
    messages.update("things")
    assert messages.po_file("things").read_bytes() == before


def test_says_what_has_no_chinese_and_what_is_not_english(house):
    messages.update("things")
    translate("A title", "标题")
    (house / "things" / "more.py").write_text('_("中文")')
    problems = messages.problems()
    assert any("no Chinese in things: In a variable" in problem for problem in problems)
    assert any("not English: 中文" in problem for problem in problems)
    assert not any("A title" in problem for problem in problems)


def test_notices_a_translation_that_lost_its_place_for_a_value(house):
    messages.update("things")
    translate("Hello %(name)s", "您好 %(nama)s")
    assert any("Hello %(name)s" in problem for problem in messages.problems())


def test_compiles_what_is_stale_and_only_that(house):
    messages.update("things")
    translate("A title", "标题")
    assert messages.compile_stale() == ["things"]
    assert messages.compile_stale() == []
    with messages.po_file("things").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("A title") == "标题"
