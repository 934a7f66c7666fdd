"""The people behind a number."""

from dataclasses import dataclass
from typing import Any

import duckdb
from django.utils.translation import gettext

from huiqun.campaigns import queries as campaigns
from huiqun.customers import queries as customers
from huiqun.customers.queries import CustomerCard
from huiqun.delivery import queries as delivery
from huiqun.delivery.rules.states import Reason, State
from huiqun.foundation.models import Staff
from huiqun.insights.queries.people import people_of
from huiqun.insights.queries.results import CONDITIONS
from huiqun.lib.refusal import NotFound

SIZE = 50
COLUMNS = ("reason", "variant_key", "branch_id", "sent_date", "channel")
"""Columns of ``people`` that a list may be narrowed by; the names are ours, values are parameters."""


@dataclass(frozen=True)
class Person:
    """A customer, masked, with what became of them."""

    card: CustomerCard | None
    customer_id: int
    arm: str
    channel: str
    variant_key: str
    state: str
    reason: str
    sent_date: str
    clicked: bool
    joined: bool
    converted: bool

    @property
    def state_words(self) -> str:
        return gettext(delivery.STATE_WORDS[State(self.state)])

    @property
    def channel_words(self) -> str:
        return gettext(delivery.CHANNEL_WORDS.get(self.channel, self.channel)) if self.channel else ""

    @property
    def reason_words(self) -> str:
        return gettext(delivery.REASON_WORDS[Reason(self.reason)]) if self.reason else ""


@dataclass(frozen=True)
class PeoplePage:
    """``after`` is the customer id to go on from, None on the last page."""

    people: tuple[Person, ...]
    count: int
    after: int | None


def people_behind(
    *, campaign_id: int, step: str, filters: dict[str, str], after: int, staff: Staff
) -> PeoplePage:
    """Who is counted in ``step``, narrowed by COLUMNS, by ascending customer id. :raises NotFound"""
    if step not in CONDITIONS:
        raise NotFound()
    campaign = campaigns.campaign_facts(campaign_id, staff)
    chosen = {column: filters[column] for column in COLUMNS if filters.get(column)}
    where = " AND ".join([f"({CONDITIONS[step]})", *(f"CAST({column} AS VARCHAR) = ?" for column in chosen)])
    with people_of(campaign, staff) as connection:
        count = _one(connection, f"SELECT count(*) FROM people WHERE {where}", list(chosen.values()))
        rows = connection.execute(
            "SELECT customer_id, arm, channel, variant_key, state, reason, CAST(sent_date AS VARCHAR),"
            f" clicked, joined, converted FROM people WHERE {where} AND customer_id > ?"
            " ORDER BY customer_id LIMIT ?",
            [*chosen.values(), after, SIZE + 1],
        ).fetchall()
    shown, more = rows[:SIZE], len(rows) > SIZE
    cards = {card.id: card for card in customers.customer_cards(ids=[row[0] for row in shown], staff=staff)}
    people = tuple(_person(row, cards.get(row[0])) for row in shown)
    return PeoplePage(people, count, shown[-1][0] if more else None)


def _person(row: tuple[Any, ...], card: CustomerCard | None) -> Person:
    customer_id, arm, channel, variant_key, state, reason, sent_date, clicked, joined, converted = row
    return Person(
        card=card,
        customer_id=customer_id,
        arm=arm,
        channel=channel,
        variant_key=variant_key,
        state=state,
        reason=reason,
        sent_date=sent_date or "",
        clicked=clicked,
        joined=joined,
        converted=converted,
    )


def _one(connection: duckdb.DuckDBPyConnection, query: str, values: list[str]) -> int:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return int(row[0])
