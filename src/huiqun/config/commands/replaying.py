"""`huiqun import redemptions`: past campaigns with their coupons, and every redemption claimed again in order.

The files are those of a retailer's published loyalty data (The Complete Journey): campaign_descriptions,
campaigns (who was targeted), coupons, coupon_redemptions.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import click
import duckdb
import pyarrow as pa

from huiqun.benefits import actions as benefits
from huiqun.benefits.actions import Attempt, BenefitKind, BenefitTerms
from huiqun.campaigns import actions as campaigns
from huiqun.config.commands.importing import marketer_of_head_office
from huiqun.customers import actions as customers
from huiqun.customers import queries as customer_queries
from huiqun.foundation import clock
from huiqun.foundation.models import Staff
from huiqun.lib.days import end_of_day, start_of_day
from huiqun.lib.refusal import Refusal

MAPPING = """
name = "redemptions"
kind = "customers"

[branch]
code = "{branch}"

[fields]
number = "number"
"""
NOON = timedelta(hours=12)
ACCEPTED = "accepted"


@dataclass(frozen=True, kw_only=True)
class Redemption:
    """One line of the past: who brought which coupon under which campaign, and when."""

    household: int
    coupon: int
    campaign: int
    day: date


@dataclass(kw_only=True)
class Past:
    """``offers`` finds the benefit of a campaign's coupon, ``ids`` the customer of a household."""

    periods: dict[int, tuple[date, date]]
    targeted: dict[int, frozenset[int]]
    coupons: dict[int, tuple[int, ...]]
    redemptions: tuple[Redemption, ...]
    ids: dict[int, int] = field(default_factory=dict)
    offers: dict[tuple[int, int], int] = field(default_factory=dict)


def import_redemptions(folder: Path, *, username: str, once: bool) -> None:
    """Take over campaigns, audiences and coupons, replay what must be refused and what was redeemed; say it."""
    staff, past = marketer_of_head_office(username), read_past(folder)
    began = time.monotonic()
    take_over(past, by=staff, once=once)
    click.echo(
        f"{len(past.periods)} campaigns, {len(past.offers):,} coupons ({time.monotonic() - began:.0f} s)"
    )
    for name, lines in refusable(past).items():
        click.echo(f"  {name}: {_told(play(past, lines))}")
    began = time.monotonic()
    outcome = play(past, past.redemptions)
    seconds = time.monotonic() - began
    click.echo(f"  in order: {_told(outcome)} ({outcome.total() / seconds:,.0f} a second)")
    pairs = sum(len(people) for people in past.targeted.values())
    redeemed = len({(each.household, each.campaign) for each in past.redemptions})
    click.secho(f"{pairs:,} targeted → {redeemed:,} redeemed ({redeemed / pairs:.2%})", fg="green")


def _told(outcome: Counter[str]) -> str:
    return ", ".join(f"{count:,} {code}" for code, count in outcome.most_common())


def read_past(folder: Path) -> Past:
    """:raises click.ClickException for a folder without the files"""

    def rows(name: str, columns: str, order: str) -> list[tuple[int, ...]]:
        path = folder / f"{name}.parquet"
        if not path.exists():
            raise click.ClickException(f"{path} is not there.")
        found = duckdb.sql(f"SELECT {columns} FROM read_parquet('{path}') ORDER BY {order}")
        return found.fetchall() if found is not None else []

    periods = rows("campaign_descriptions", "campaign_id, start_date::DATE, end_date::DATE", "1")
    targeted, coupons = (
        _groups(rows("campaigns", "DISTINCT campaign_id, household_id", "1, 2")),
        _groups(rows("coupons", "DISTINCT campaign_id, coupon_upc", "1, 2")),
    )
    redeemed = rows(
        "coupon_redemptions", "household_id, coupon_upc, campaign_id, redemption_date::DATE", "4, 1, 3, 2"
    )
    return Past(
        periods={campaign: (start, end) for campaign, start, end in periods},  # type: ignore[misc]
        targeted={campaign: frozenset(people) for campaign, people in targeted.items()},
        coupons={campaign: tuple(each) for campaign, each in coupons.items()},
        redemptions=tuple(
            Redemption(household=household, coupon=coupon, campaign=campaign, day=day)  # type: ignore[arg-type]
            for household, coupon, campaign, day in redeemed
        ),
    )


def _groups(pairs: Iterable[tuple[int, ...]]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def take_over(past: Past, *, by: Staff, once: bool) -> None:
    """Households as customers, campaigns with their audiences, coupons as frozen benefits."""
    now = clock.now()
    households = {each for people in past.targeted.values() for each in people}
    past.ids = _customers(households | {each.household for each in past.redemptions}, by)
    for campaign, (start, end) in past.periods.items():
        people = sorted(past.ids[household] for household in past.targeted[campaign])
        contacts = pa.table(
            {
                "customer_id": pa.array(people, pa.int64()),
                "channel": ["sms"] * len(people),
                "at": pa.array([start_of_day(start)] * len(people), pa.timestamp("us", "UTC")),
            }
        )
        campaign_id = campaigns.record_past_campaign(
            name=f"优惠券活动 {campaign}",
            start_at=start_of_day(start),
            end_at=end_of_day(end),
            contacts=contacts,
            conversion_kind="spend",
            by=by,
            now=now,
        )
        for place, coupon in enumerate(past.coupons.get(campaign, ())):
            terms = _terms(coupon, start, end, pieces=10 * len(people), once=once)
            benefit_id = benefits.create_benefit(
                terms=terms,
                branch_id=by.branch_id or 0,
                by=by,
                now=now,
                subject=f"campaign:{campaign_id}",
                place=place,
            )
            benefits.freeze_benefit(benefit_id=benefit_id, by=by, now=now)
            past.offers[campaign, coupon] = benefit_id


def _customers(households: set[int], by: Staff) -> dict[int, int]:
    numbers = {household: f"CJ{household:06d}" for household in sorted(households)}
    assert by.branch is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "households.csv")
        path.write_text("number\n" + "".join(f"{number}\n" for number in numbers.values()))
        customers.import_customers(
            path=path,
            mapping_text=MAPPING.format(branch=by.branch.code),
            file_name=path.name,
            dry_run=False,
            now=clock.now(),
        )
    found = customer_queries.customer_ids_by_number(list(numbers.values()))
    return {household: found[number] for household, number in numbers.items()}


def _terms(coupon: int, start: date, end: date, *, pieces: int, once: bool) -> BenefitTerms:
    most = 1 if once else 9
    return BenefitTerms(
        name=f"优惠券 {coupon}",
        kind=BenefitKind.CASH_COUPON,
        item=f"商品优惠券 {coupon}",
        quantity=pieces,
        claim_start_at=start_of_day(start),
        claim_end_at=end_of_day(end),
        use_last_date=end,
        how_to_use="结账时出示。",
        terms=f"仅限受邀客户，每位客户最多{most}张，活动期内有效。",
        limits={"customer": most},
    )


def play(past: Past, redemptions: Iterable[Redemption]) -> Counter[str]:
    """Claim each in its order, at noon of its day; how many were accepted, or refused with which code.

    Who has had one and brings the coupon again asks for a further piece.
    """
    outcome: Counter[str] = Counter()
    had: Counter[tuple[int, int, int]] = Counter()
    for each in redemptions:
        key = each.household, each.coupon, each.campaign
        try:
            benefits.claim_benefit(
                benefit_id=past.offers.get((each.campaign, each.coupon), 0),
                customer_id=past.ids[each.household],
                now=start_of_day(each.day) + NOON,
                attempt=Attempt(because=benefits.further_piece(had[key] + 1)),
            )
            outcome[ACCEPTED] += 1
            had[key] += 1
        except Refusal as refusal:
            outcome[refusal.code] += 1
    return outcome


def refusable(past: Past) -> dict[str, list[Redemption]]:
    """The same redemptions made wrong in one way each, before anything has been claimed."""
    everybody = sorted(past.ids)
    coupons = sorted({coupon for each in past.coupons.values() for coupon in each})

    def late(each: Redemption) -> Redemption:
        _start, end = past.periods[each.campaign]
        return replace(each, day=end + timedelta(days=1))

    def uninvited(each: Redemption) -> Redemption:
        return replace(each, household=_other(everybody, each.household, past.targeted[each.campaign]))

    def foreign(each: Redemption) -> Redemption:
        return replace(each, coupon=_other(coupons, each.coupon, past.coupons[each.campaign]))

    ways: dict[str, Callable[[Redemption], Redemption]] = {
        "after the end": late,
        "by households that were not targeted": uninvited,
        "with another campaign's coupon": foreign,
    }
    return {name: [way(each) for each in past.redemptions] for name, way in ways.items()}


def _other(among: list[int], one: int, but: Iterable[int]) -> int:
    """The next after ``one`` that is none of ``but``: the same in every run."""
    taken, place = set(but), among.index(one)
    return next(each for each in among[place + 1 :] + among[:place] if each not in taken)
