"""Tags and filters every staff and phone page may use: `{% load huiqun %}`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.template.loader_tags import BlockNode
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from huiqun.foundation import notices, panels, phone
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role
from huiqun.lib import money
from huiqun.lib.days import BANK_ZONE
from huiqun.lib.event import words_of

from ._icons import PATHS

register = template.Library()

COLOURS = frozenset({"blue", "green", "gold", "red", "grey", "purple", "cyan"})
NOTHING = "—"


@register.simple_tag
def state_tag(label: object, colour: str = "grey") -> SafeString:
    """A coloured state; an unknown colour is grey, so that a new state still shows."""
    shade = colour if colour in COLOURS else "grey"
    return format_html('<span class="tag tag-{}">{}</span>', shade, label)


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    path = PATHS.get(name, PATHS["info"])
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        path,
    )


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan: 123456 → 1,234.56"""
    return NOTHING if fen is None else money.yuan(int(fen))


@register.filter
def when(moment: datetime | date | None) -> str:
    """A moment in the bank's own time, a day as it is."""
    if moment is None or moment == "":
        return NOTHING
    if isinstance(moment, datetime):
        return moment.astimezone(BANK_ZONE).strftime("%Y-%m-%d %H:%M")
    return moment.isoformat()


@register.filter
def percent(ratio: float | None, digits: int = 1) -> str:
    """0.0234 → 2.3%"""
    return NOTHING if ratio is None else f"{float(ratio) * 100:.{int(digits)}f}%"


@register.filter
def count(number: int | None) -> str:
    """A whole number with thousands separators in both languages: 41188 → 41,188"""
    return NOTHING if number is None else f"{int(number):,}"


@register.filter
def dash(value: Any) -> Any:
    """Something missing is shown as a dash, zero as zero."""
    return NOTHING if value is None or value == "" else value


@register.filter
def fact_words(kind: str) -> str:
    """A fact's name for people: "campaigns.CampaignStarted" → Campaign started; an unknown kind as it is."""
    words = words_of(kind)
    return _(words) if words else kind


@register.simple_tag
def demo_mode() -> bool:
    return bool(getattr(settings, "HUIQUN_MODE", "") == "demo")


@dataclass(frozen=True)
class ShownEntry:
    label: str
    url: str
    active: bool


@dataclass(frozen=True)
class ShownSection:
    label: str
    entries: tuple[ShownEntry, ...]


@register.simple_tag(takes_context=True)
def staff_menu(context: template.Context) -> tuple[ShownSection, ...]:
    """The person's menu; the entry with the longest address that begins this page's is where they are."""
    request: HttpRequest = context["request"]
    if not isinstance(request.user, Staff):
        return ()
    sections = panels.menu(request.user)
    urls = [entry.url for section in sections for entry in section.entries]
    here = max((url for url in urls if request.path.startswith(url)), key=len, default="")
    return tuple(
        ShownSection(
            section.label,
            tuple(ShownEntry(str(entry.label), entry.url, entry.url == here) for entry in section.entries),
        )
        for section in sections
    )


@register.simple_tag(takes_context=True)
def unread_notices(context: template.Context) -> int:
    """A hundred stands for a hundred or more."""
    user = context["request"].user
    return notices.unread(user) if isinstance(user, Staff) else 0


@register.simple_tag(takes_context=True)
def render_panels(context: template.Context, place: str, subject_id: int = 0) -> Sequence[SafeString]:
    request: HttpRequest = context["request"]
    return panels.render(place, request, subject_id)


@register.simple_tag(takes_context=True)
def phone_tabs(context: template.Context) -> list[dict[str, object]]:
    """The bar at the foot of customers' pages."""
    here = phone.current(context["request"].path)
    return [
        {"url": tab.url, "label": tab.label, "icon": tab.icon, "is_current": tab is here}
        for tab in phone.tabs()
    ]


@register.filter
def role_labels(staff: Any) -> list[str]:
    """A person's roles in the order of the list of roles."""
    return [str(role.label) for role in Role if role in getattr(staff, "role_set", ())]


@register.simple_tag
def script_words() -> SafeString:
    """The few words that scripts show, in the reader's language."""
    return json_script(
        {
            "close": _("Close"),
            "confirm": _("Confirm"),
            "cancel": _("Cancel"),
            "search": _("Type to search"),
            "none": _("Nothing found"),
            "today": _("Today"),
            "week": _("Last 7 days"),
            "month": _("Last 30 days"),
            "year": _("This year"),
            "chosen": _("%(count)s chosen"),
            "offline": _("The server did not answer. Check the connection and try again."),
        },
        "huiqun-words",
    )


class RepeatedBlock(template.Node):
    """Shows a block of the page a second time: the title is the tab's and the heading's alike."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        return BlockNode(self.name, template.NodeList()).render(context)


@register.tag
def repeat_block(_parser: Parser, token: Token) -> RepeatedBlock:
    return RepeatedBlock(token.split_contents()[1])


@register.simple_tag
def bank_name() -> str:
    return str(settings.HUIQUN_BANK_NAME)
