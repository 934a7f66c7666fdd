"""A variant's words for one run: what is the same for everybody is filled in once, the rest person by person."""

from dataclasses import dataclass

from huiqun.customers.queries import Addressee
from huiqun.delivery.models import Run
from huiqun.delivery.queries.messages import CLICK_TO_STOP, REPLY_TO_STOP, Words
from huiqun.lib.channels import Channel
from huiqun.lib.template import outline, render

OF_PERSON = ("name", "salutation", "branch", "link", "optout")


@dataclass(frozen=True)
class Wording:
    """``outlines``: subject and body as patterns for ``str.format_map``; None where the copy has conditions
    and must be rendered in full."""

    words: Words
    outlines: tuple[str | None, str | None]
    fixed: dict[str, str]
    base: str
    by_click: bool
    names: bool

    def filled(self, person: Addressee, link: str) -> tuple[str, str, str]:
        """Subject, body and one-click address for one person. :raises TemplateInvalid, VariableMissing"""
        address = f"{self.base}/m/{link}/"
        stop = f"{address}unsubscribe/" if self.by_click else ""
        values = {
            "name": person.name,
            "salutation": person.salutation,
            "branch": person.branch,
            "link": address,
            "optout": f"{CLICK_TO_STOP} {stop}" if self.by_click else self.fixed["optout"],
        }
        subject, body = self.outlines
        return (
            subject.format_map(values) if subject is not None else self._rendered(self.words.subject, values),
            body.format_map(values) if body is not None else self._rendered(self.words.body, values),
            stop,
        )

    def _rendered(self, source: str, values: dict[str, str]) -> str:
        return render(source, self.fixed | values) if source else ""


def wording(run: Run, channel: str, words: Words) -> Wording:
    """:raises TemplateInvalid when the copy cannot be read"""
    fixed = {str(name): str(value) for name, value in run.values.items()}
    fixed["optout"] = fixed.get("optout") or REPLY_TO_STOP
    same = {name: value for name, value in fixed.items() if name not in OF_PERSON}
    outlines = (outline(words.subject, same, OF_PERSON), outline(words.body, same, OF_PERSON))
    text = words.subject + words.body
    return Wording(
        words=words,
        outlines=outlines,
        fixed=fixed,
        base=run.link_base.rstrip("/").removesuffix("/m"),
        by_click=channel == Channel.EMAIL,
        names=None in outlines or "name" in text or "salutation" in text,
    )
