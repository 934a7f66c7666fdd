"""How communities' pages show words and states."""

from django import template
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from huiqun.communities.models import Case
from huiqun.communities.rules.links import Piece, pieces

register = template.Library()
AWAY = "communities.away"
STATE_COLOURS = {"pending": "gold", "shown": "green", "hidden": "grey", "removed": "red", "withdrawn": "grey"}
KIND_COLOURS = {
    "question": "gold",
    "bulletin": "red",
    "article": "blue",
    "poll": "green",
    "riddle": "green",
    "video": "blue",
}


@register.filter
def linked(pieces: list[Piece]) -> SafeString:
    """Words with their links: the bank's own lead there, all others over a page that says so. Everything is escaped."""
    return format_html_join("", "{}", ((_piece(piece),) for piece in pieces))


def _piece(piece: Piece) -> SafeString | str:
    if not piece.address:
        return (
            format_html_join(SafeString("<br>"), "{}", ((line,) for line in piece.text.split("\n")))
            if "\n" in piece.text
            else piece.text
        )
    address = (
        piece.address
        if piece.trusted
        else f"{reverse('my_communities:away')}?to={signing.dumps(piece.address, salt=AWAY)}"
    )
    return format_html('<a href="{}" rel="noopener nofollow ugc">{}</a>', address, piece.text)


@register.filter
def state_colour(state: str) -> str:
    return STATE_COLOURS.get(state, "grey")


@register.filter
def kind_colour(kind: str) -> str:
    return KIND_COLOURS.get(kind, "")


@register.filter
def badge(count: int) -> str:
    """An exact number, and above 999 that it is more."""
    return str(count) if count < 1000 else _("more than 999")


@register.filter
def link_pieces(text: str) -> list[Piece]:
    return list(pieces(text, hosts=settings.HUIQUN_LINK_HOSTS))


@register.filter
def case_reasons(case: Case) -> str:
    """Why a person has to look at it."""
    words = {
        "before": _("Every word is reviewed before it is shown"),
        "rule": _("The rulebook found something"),
        "masked": _("It held somebody's number"),
        "link": _("It has a link out of the bank"),
        "picture": _("It has pictures"),
        "warned": _("Its author was warned before"),
    }
    told = [words[reason] for reason in case.reasons if reason in words]
    return "；".join([*told, *([_("Members reported it")] if case.reports else [])])
