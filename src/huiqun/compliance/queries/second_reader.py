"""Asks the second reader, where the bank has set one up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import get_language

from huiqun.compliance.rulebook.book import Case, the_book
from huiqun.compliance.rulebook.kinds import judged_as
from huiqun.compliance.rulebook.rule import Rule
from huiqun.compliance.rules.findings import Finding
from huiqun.compliance.second_reader.asking import Endpoint, NoAnswer, Trouble, ask
from huiqun.compliance.second_reader.opinions import Nonsense, believed, question


@dataclass(frozen=True)
class Opinion:
    """What it thinks; or why nobody knows."""

    findings: tuple[Finding, ...] = ()
    trouble: Trouble | None = None


def has_second_reader() -> bool:
    return bool(settings.HUIQUN_READER_URL)


def ask_second_reader(
    *, text: str, channel: str, product_kind: str | None, product_risk: int | None, on: date
) -> Opinion:
    """Its opinion of one text. Takes as long as it takes, up to the time that is set: not for live typing."""
    rules = _rules(channel=channel, kind=product_kind or "brand", risk=product_risk, on=on)
    try:
        answer = ask(_endpoint(), question(text, rules.values()))
        return Opinion(believed(answer, text, rules, on=on, language=get_language() or "zh"))
    except NoAnswer as silence:
        return Opinion(trouble=silence.trouble)
    except Nonsense:
        return Opinion(trouble=Trouble.NONSENSE)


def _rules(*, channel: str, kind: str, risk: int | None, on: date) -> Mapping[str, Rule]:
    """The rules on words that speak about this kind of copy on that day."""
    chapter = the_book().chapter(Case(kind=kind, channels=judged_as(channel), risk=risk), on)
    return {entry.rule.code: entry.rule for entry in chapter.entries if not entry.rule.is_about_missing}


def _endpoint() -> Endpoint:
    return Endpoint(
        url=settings.HUIQUN_READER_URL,
        model=settings.HUIQUN_READER_MODEL,
        key=settings.HUIQUN_READER_KEY,
        seconds=settings.HUIQUN_READER_SECONDS,
    )
