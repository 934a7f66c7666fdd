"""What an audience is like beside all customers of the same branches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext
from pyroaring import BitMap

from huiqun.audiences import bitmaps, rules
from huiqun.audiences.bitmaps import EVERYBODY, Asked
from huiqun.audiences.queries.audiences import audience, branches_below
from huiqun.audiences.queries.catalogue import suggestions
from huiqun.audiences.queries.counting import some_of
from huiqun.audiences.queries.membership import members
from huiqun.audiences.queries.scopes import scope_of
from huiqun.audiences.rules.tree import leaves
from huiqun.customers import queries as customers
from huiqun.foundation import fields, lake
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Channel
from huiqun.lib.words import gettext_noop as _

CITIES = 8
AGES = ((0, 17), (18, 30), (31, 45), (46, 59), (60, 150))
ASSETS = ((0, 10_000), (10_000, 50_000), (50_000, 200_000), (200_000, 1_000_000), (1_000_000, None))
"""In yuan, the upper end not included."""
ASKED_AT_MOST = 50_000
"""Consents of more are asked of so many drawn by lot."""
CHANNELS = {
    Channel.SMS: _("SMS"),
    Channel.PHONE: _("Telephone"),
    Channel.EMAIL: _("E-mail"),
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """``n`` of the audience and ``bank_n`` of all; ``index`` is how much more often here (1: as everywhere)."""

    label: str
    n: int
    share: float | None
    bank_n: int
    bank_share: float | None

    @property
    def index(self) -> float | None:
        if self.share is None or not self.bank_share:
            return None
        return self.share / self.bank_share


@dataclass(frozen=True, kw_only=True)
class ProfileGroup:
    """``estimate``: counted for some drawn by lot and scaled up."""

    key: str
    label: str
    bars: tuple[Bar, ...]
    estimate: bool = False


@dataclass(frozen=True, kw_only=True)
class AudienceProfile:
    n: int
    bank_n: int
    groups: tuple[ProfileGroup, ...]


def profile(*, audience_id: int, staff: Staff, today: date, branch_id: int | None = None) -> AudienceProfile:
    """Each bar is a condition like any other, so that its bitmap serves every audience of the day. The bank is
    the audience's branch (or ``branch_id``) and those below. :raises NotFound, TooHeavy, Busy"""
    of = audience(audience_id, staff)
    here = members(audience_id=audience_id, staff=staff, today=today, branch_id=branch_id)
    branch_ids = branches_below(branch_id or of.branch_id)
    bank = bitmaps.everybody(scope_of(EVERYBODY, today=today, branch_ids=branch_ids))
    here = here & bank
    groups = [_group(each, here, bank, today) for each in _dimensions(lake.version())]
    groups.append(_reach(here, bank))
    return AudienceProfile(n=len(here), bank_n=len(bank), groups=tuple(each for each in groups if each.bars))


@dataclass(frozen=True, kw_only=True)
class _Dimension:
    """``bars``: each a label and a rule of one condition. ``rest`` is what those are called who are in none."""

    key: str
    label: str
    bars: Sequence[tuple[str, Any]]
    rest: str


def _dimensions(version: int) -> list[_Dimension]:
    cities = suggestions(version, str(lake.folder()))["profile.city"][:CITIES]
    unknown = gettext("unknown")
    ages = [(_years(*each), _between("profile.age", *each)) for each in AGES]
    return [
        _Dimension(key="age", label=gettext("Age"), bars=ages, rest=unknown),
        _Dimension(key="sex", label=gettext("Sex"), bars=_chosen("profile.sex"), rest=unknown),
        _Dimension(
            key="city",
            label=gettext("City"),
            bars=[(each, _is("profile.city", each)) for each in cities],
            rest=gettext("other or unknown"),
        ),
        _Dimension(
            key="lifecycle",
            label=gettext("Lifecycle"),
            bars=_chosen("profile.lifecycle"),
            rest=unknown,
        ),
        _Dimension(key="aum", label=gettext("Assets"), bars=list(map(_assets, ASSETS)), rest=unknown),
        _Dimension(
            key="products",
            label=gettext("Products held"),
            bars=_held(),
            rest=gettext("none of these"),
        ),
    ]


def _group(of: "_Dimension", here: BitMap, bank: BitMap, today: date) -> ProfileGroup:
    """Each bar, and who is in none of them."""
    asked = [Asked(leaf=leaf) for _label, rule in of.bars for leaf in leaves(rules.parse(rule))]
    scope = scope_of(EVERYBODY, today=today, branch_ids=None)
    found = [(each & here, each & bank) for each in bitmaps.answer(asked, scope)]
    bars = [
        _bar(words, len(ours), len(here), len(all_), len(bank))
        for (words, _rule), (ours, all_) in zip(of.bars, found, strict=True)
    ]
    rest, rest_of_all = (
        len(whole) - len(BitMap.union(BitMap(), *parts))
        for whole, parts in ((here, [each for each, _all in found]), (bank, [each for _ours, each in found]))
    )
    if rest or rest_of_all:
        bars.append(_bar(of.rest, rest, len(here), rest_of_all, len(bank)))
    return ProfileGroup(key=of.key, label=of.label, bars=tuple(bars))


def _bar(label: str, n: int, of: int, bank_n: int, bank_of: int) -> Bar:
    return Bar(
        label=label,
        n=n,
        share=n / of if of else None,
        bank_n=bank_n,
        bank_share=bank_n / bank_of if bank_of else None,
    )


def _reach(here: BitMap, bank: BitMap) -> ProfileGroup:
    """Who has agreed to marketing on a channel that there is a number or an address for."""
    reached, all_reached = _reachable(here), _reachable(bank)
    bars = [
        _bar(gettext(words), round(reached.get(channel, 0.0) * len(here)), len(here),
             round(all_reached.get(channel, 0.0) * len(bank)), len(bank))
        for channel, words in CHANNELS.items()
    ]  # fmt: skip
    estimate = max(len(here), len(bank)) > ASKED_AT_MOST
    return ProfileGroup(
        key="reach",
        label=gettext("May be reached"),
        bars=tuple(bars) if here or bank else (),
        estimate=estimate,
    )


def _reachable(ids: BitMap) -> dict[str, float]:
    """For each channel which share."""
    asked = list(ids) if len(ids) <= ASKED_AT_MOST else some_of(ids, "profile:reach", ASKED_AT_MOST)
    if not asked:
        return {}
    found = customers.reachable(customer_ids=asked, purpose="marketing")
    return {channel: n / len(asked) for channel, n in found.items()}


def _is(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": "eq", "value": value}


def _chosen(field: str) -> list[tuple[str, Any]]:
    """A bar for each value that the catalogue has a label for."""
    known = fields.find(field)
    return [(gettext(each.label), _is(field, each.value)) for each in (known.choices if known else ())]


def _between(field: str, low: float, high: float) -> dict[str, Any]:
    return {"field": field, "op": "between", "value": [low, high]}


def _years(low: int, high: int) -> str:
    if not low:
        return gettext("under %(years)s") % {"years": high + 1}
    if high == AGES[-1][1]:
        return gettext("%(years)s and older") % {"years": low}
    return f"{low}–{high}"


def _assets(band: tuple[int, int | None]) -> tuple[str, Any]:
    """Up to the last fen below the upper end."""
    low, high = band
    if high is None:
        label = gettext("%(amount)s yuan and more") % {"amount": f"{low:,}"}
        return label, {"field": "aum.now", "op": "gte", "value": low}
    if not low:
        label = gettext("under %(amount)s yuan") % {"amount": f"{high:,}"}
    else:
        label = gettext("%(low)s to under %(high)s yuan") % {"low": f"{low:,}", "high": f"{high:,}"}
    return label, _between("aum.now", low, round(high - 0.01, 2))


def _held() -> list[tuple[str, Any]]:
    """A bar for each kind of product: who holds some of it."""
    known = fields.find("holdings.amount")
    kinds = known.parameter("product_kind") if known else None
    rule = {"field": "holdings.amount", "op": "gt", "value": 0}
    return [
        (gettext(each.label), {**rule, "with": {"product_kind": [each.value]}})
        for each in (kinds.choices if kinds else ())
    ]
