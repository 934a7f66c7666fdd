"""The texts that customers agree to: which one is shown now, which still count, which ended which."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import pgettext_lazy

from huiqun.customers.models import ConsentText
from huiqun.customers.models.consents import CHANNEL_LABELS, PURPOSE_LABELS
from huiqun.foundation.models import Fact

CURRENT = (pgettext_lazy("consent text", "Current"), "green")
ACCEPTED = (pgettext_lazy("consent text", "Earlier, still counts"), "blue")
OUTDATED = (pgettext_lazy("consent text", "Outdated"), "grey")


@dataclass(frozen=True, kw_only=True)
class ShownText:
    """``outdates`` are the versions whose consents ended when this one was published."""

    text: ConsentText
    channel: str
    purpose: str
    state: str
    colour: str
    by: str = ""
    outdates: tuple[str, ...] = ()


def current_texts() -> QuerySet[ConsentText]:
    """The newest text that counts of each channel and purpose: what customers are shown now."""
    newest = ConsentText.objects.filter(
        channel=OuterRef("channel"), purpose=OuterRef("purpose"), accepted=True
    ).order_by("-pk")
    return ConsentText.objects.filter(pk=Subquery(newest.values("pk")[:1])).order_by("channel", "purpose")


def shown_current_texts() -> list[ShownText]:
    return [_shown(text, current=True) for text in current_texts()]


def consent_texts() -> list[ShownText]:
    """All that were ever published, newest first: they are few."""
    texts = list(ConsentText.objects.order_by("-pk"))
    current = set(current_texts().values_list("pk", flat=True))
    published = {
        fact.body["consent_text_id"]: fact
        for fact in Fact.objects.filter(kind="customers.ConsentTextPublished").select_related("by")
    }
    ended = _ended_by(texts, {pk for pk, fact in published.items() if fact.body["outdates"]})
    return [
        _shown(
            text,
            current=text.pk in current,
            fact=published.get(text.pk),
            outdates=tuple(ended.get(text.pk, ())),
        )
        for text in texts
    ]


def _ended_by(texts: list[ConsentText], outdating: set[int]) -> dict[int, list[str]]:
    """Versions by the text that ended them: the first outdating one after each."""
    ended: dict[int, list[str]] = {}
    enders: dict[tuple[str, str], int] = {}
    for text in texts:
        ender = enders.get((text.channel, text.purpose))
        if ender is not None:
            ended.setdefault(ender, []).append(text.version)
        if text.pk in outdating:
            enders[text.channel, text.purpose] = text.pk
    return ended


def _shown(
    text: ConsentText, *, current: bool, fact: Fact | None = None, outdates: tuple[str, ...] = ()
) -> ShownText:
    state, colour = CURRENT if current else ACCEPTED if text.accepted else OUTDATED
    return ShownText(
        text=text,
        channel=str(CHANNEL_LABELS.get(text.channel, text.channel)),  # type: ignore[call-overload]
        purpose=str(PURPOSE_LABELS.get(text.purpose, text.purpose)),  # type: ignore[call-overload]
        state=str(state),
        colour=colour,
        by=fact.by.full_name if fact and fact.by else "",
        outdates=outdates,
    )
