"""How findings are shown: `{% load findings %}`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.compliance.marking import Stretch, stretches
from huiqun.compliance.rules.findings import Finding, FoundBy
from huiqun.compliance.second_reader.asking import Trouble
from huiqun.lib.severity import Severity

register = template.Library()

SEVERITIES = {
    Severity.BLOCK: _("Must be changed"),
    Severity.HIGH: _("High risk"),
    Severity.WARN: _("Take care"),
}
COLOURS = {Severity.BLOCK: "red", Severity.HIGH: "gold", Severity.WARN: "blue"}
FOUND_BY = {
    FoundBy.WORDS: _("Found by the words of a rule"),
    FoundBy.MODEL: _("Found by the trained model: no rule lists these words. Judge for yourself."),
    FoundBy.READER: _("Opinion of a second reader, which is a machine. Judge for yourself."),
}
EDITOR_WORDS = {
    "checking": _("Checking …"),
    "unchecked": pgettext_lazy("copy", "Not checked"),
    "clean": _("No findings"),
    "failed": _("This text could not be checked. It does not count as clean."),
    "again": _("Check again"),
    "offline": _("The server did not answer. Check the connection and try again."),
    "long": _(
        "The text has %(count)s characters. At most %(most)s can be checked at once: check it in parts."
    ),
    "noroom": _("The sentence does not fit: the field takes at most %(most)s characters."),
    "length": _("%(count)s characters"),
    "empty": _("Nothing checked yet"),
    "save": _("This text could not be checked. Save it as it is, not checked?"),
}


@register.filter
def severity_label(severity: str) -> Any:
    return SEVERITIES[Severity(severity)]


@register.filter
def severity_colour(severity: str) -> str:
    return COLOURS[Severity(severity)]


@register.filter
def marked(text: str, findings: Sequence[Finding | Mapping[str, Any]] | None) -> list[Stretch]:
    """The text cut where findings begin and end; findings may come from a dossier's body."""
    return stretches(text or "", findings or ())


@register.filter
def found_by_label(way: str) -> Any:
    return FOUND_BY[FoundBy(way)]


TROUBLES = {
    Trouble.SILENT: _("The second reader did not answer in time. Its silence says nothing about the copy."),
    Trouble.REFUSED: _(
        "The second reader refused the question. An administrator has to look at its settings."
    ),
    Trouble.NONSENSE: _("The second reader's answer could not be used. It says nothing about the copy."),
}


@register.filter
def trouble_label(trouble: str) -> Any:
    return TROUBLES[Trouble(trouble)]


@register.filter
def found_otherwise(way: str) -> bool:
    """Whether somebody has to be told how it was found; a dossier of former days may not say."""
    return bool(way) and FoundBy(way) is not FoundBy.WORDS


@register.filter
def with_bank(sentence: str, bank: str) -> str:
    return sentence.replace("{bank}", bank)


@register.simple_tag
def copy_words() -> SafeString:
    """The few words that the editor shows, in the reader's language."""
    return json_script({key: str(words) for key, words in EDITOR_WORDS.items()}, "copy-words")
