"""A benefit's rules in plain words, as a customer reads them: nothing that is carried out goes unsaid."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from huiqun.benefits.rules import BenefitTerms, Way
from huiqun.benefits.rules.kinds import Detail, details_of
from huiqun.benefits.rules.lint import SCOPES
from huiqun.lib.days import local_time
from huiqun.lib.money import yuan


def plain_terms(terms: BenefitTerms) -> list[tuple[str, str]]:
    """(what it is about, what holds), in the reader's language; the bank's own texts as they are."""
    return [(label, words) for label, words in _lines(terms) if words]


def _lines(terms: BenefitTerms) -> Iterator[tuple[str, str]]:
    yield _("What it is"), " ".join(filter(None, (terms.item, terms.specification)))
    for detail in details_of(terms.kind):
        yield _(detail.label), shown_detail(detail, terms.details.get(detail.name))
    yield _("Pieces in all"), f"{terms.quantity:,}"
    yield _("How many each"), _limits(terms)
    yield _("Claim"), f"{_moment(terms.claim_start_at, is_end=False)} – {_moment(terms.claim_end_at)}"
    yield _("Price"), _price(terms)
    yield _("Use until"), _until(terms)
    yield _("How to use"), terms.how_to_use
    if terms.real_name:
        yield _("Identity"), _("Your identity document is checked before use.")
    yield _("Passing on"), _("Once, to another customer.") if terms.transferable else _("Not possible.")


def _limits(terms: BenefitTerms) -> str:
    told = {"customer": 1} | terms.limits
    parts = (
        _("%(number)s %(scope)s") % {"number": number, "scope": _(SCOPES[scope][0])}
        for scope, number in told.items()
        if scope in SCOPES
    )
    return _(", ").join(parts)


def _price(terms: BenefitTerms) -> str:
    if terms.way is Way.POINTS and terms.points_price:
        return _("%(points)s points") % {"points": f"{terms.points_price:,}"}
    return _("Free of charge") if terms.way is Way.CLAIM else ""


def _until(terms: BenefitTerms) -> str:
    last = terms.use_last_date.isoformat()
    if terms.use_days is None:
        return last
    return _("%(days)s days after claiming, and not later than %(last)s") % {
        "days": terms.use_days,
        "last": last,
    }


def _moment(moment: datetime, *, is_end: bool = True) -> str:
    """Ends are exclusive: midnight is written as the end of the day before."""
    local = local_time(moment)
    if is_end and (local.hour, local.minute) == (0, 0):
        return f"{(local - timedelta(minutes=1)):%Y-%m-%d %H:%M}"
    return f"{local:%Y-%m-%d %H:%M}"


def shown_detail(detail: Detail, value: object) -> str:
    if value in (None, ""):
        return ""
    if detail.type == "fen":
        return _("%(amount)s yuan") % {"amount": yuan(int(str(value))).removesuffix(".00")}
    if detail.type == "bp":
        return f"{int(str(value)) / 100:g}%"
    return str(value)
