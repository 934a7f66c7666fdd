"""A variant's words for one run: what is the same for everybody is filled in once, the rest person by person."""

from collections.abc import Mapping
from dataclasses import dataclass

from huiqun.compliance import queries as compliance
from huiqun.customers.queries import Addressee
from huiqun.delivery.models import Run
from huiqun.delivery.queries.messages import CLICK_TO_CHOOSE, CLICK_TO_STOP, REPLY_TO_STOP, Words
from huiqun.lib.channels import Channel
from huiqun.lib.template import outline, render

OF_PERSON = ("name", "salutation", "branch", "link", "optout")
LINK = "link_"
"""Begins the names of a message's further links; the rest is the key of the target in the dossier."""
NO_LINKS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Wording:
    """``outlines``: subject and body as patterns for ``str.format_map``; None where the copy has conditions
    and must be rendered in full. ``links``: the numbers of the further links that the words name."""

    words: Words
    outlines: tuple[str | None, str | None]
    fixed: dict[str, str]
    base: str
    by_click: bool
    names: bool
    links: Mapping[str, int]

    def filled(
        self, person: Addressee, link: str, further: Mapping[str, str] = NO_LINKS
    ) -> tuple[str, str, str]:
        """Subject, body and one-click address for one person; ``further`` are the tokens of ``links`` by name.

        :raises TemplateInvalid, VariableMissing
        """
        address = f"{self.base}/m/{link}/"
        stop = f"{address}unsubscribe/" if self.by_click else ""
        values = {
            "name": person.name,
            "salutation": person.salutation,
            "branch": person.branch,
            "link": address,
            "optout": self._optout(stop, link),
        }
        for name, token in further.items():
            values[name] = f"{self.base}/l/{token}"
        subject, body = self.outlines
        return (
            subject.format_map(values) if subject is not None else self._rendered(self.words.subject, values),
            body.format_map(values) if body is not None else self._rendered(self.words.body, values),
            stop,
        )

    def _optout(self, stop: str, link: str) -> str:
        if not self.by_click:
            return self.fixed["optout"]
        return f"{CLICK_TO_STOP} {stop} {CLICK_TO_CHOOSE} {self.base}/p/{link}/"

    def _rendered(self, source: str, values: dict[str, str]) -> str:
        return render(source, self.fixed | values) if source else ""


def wording(run: Run, channel: str, words: Words) -> Wording:
    """:raises TemplateInvalid when the copy cannot be read"""
    fixed = {str(name): str(value) for name, value in run.values.items()}
    fixed["optout"] = fixed.get("optout") or REPLY_TO_STOP
    same = {name: value for name, value in fixed.items() if name not in OF_PERSON}
    text = words.subject + words.body
    links = {name: number for name, number in link_numbers(run.digest).items() if name in text}
    open_names = (*OF_PERSON, *links)
    outlines = (outline(words.subject, same, open_names), outline(words.body, same, open_names))
    return Wording(
        words=words,
        outlines=outlines,
        fixed=fixed,
        base=run.link_base.rstrip("/").removesuffix("/m"),
        by_click=channel == Channel.EMAIL,
        names=None in outlines or "name" in text or "salutation" in text,
        links=links,
    )


def link_numbers(digest: str) -> dict[str, int]:
    """The names by which copy may speak of the dossier's targets, with the numbers of their links."""
    targets = compliance.links_of(digest).get("targets") or ()
    return {f"{LINK}{target['key']}": number for number, target in enumerate(targets, start=1)}
