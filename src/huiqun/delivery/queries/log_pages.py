"""The message log as a person may see it: whom and what somebody asks for, and the words as they were sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.customers.queries import Addressee, CustomerCard
from huiqun.delivery.models import Recipient, Run
from huiqun.delivery.models.runs import IMPORTED
from huiqun.delivery.queries.message_log import LogLine, LogQuery
from huiqun.delivery.queries.messages import Words
from huiqun.delivery.queries.wording import wording
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.refusal import NotFound

MOST_CARDS = 20
HIDDEN_LINK = "••••••"


@dataclass(frozen=True, kw_only=True)
class LogAsked:
    """What somebody typed. ``q`` is a customer's number, phone or name, ``campaign`` a number or a subject."""

    q: str = ""
    campaign: str = ""
    channel: str = ""
    kind: str = ""
    first: str = ""
    until: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> "LogAsked":
        return cls(**{name: params.get(name, "").strip()[:80] for name in cls.__dataclass_fields__})

    @property
    def is_empty(self) -> bool:
        return not (self.q or self.campaign)

    @property
    def subject(self) -> str:
        return f"campaign:{self.campaign}" if self.campaign.isdecimal() else self.campaign

    @property
    def items(self) -> dict[str, str]:
        return asdict(self)

    def described(self) -> dict[str, str]:
        """For a fact: whose log it was is told by ids elsewhere, never by what was typed."""
        told = {
            "campaign": self.subject,
            **{k: v for k, v in self.items.items() if k not in {"q", "campaign"}},
        }
        return {name: value for name, value in told.items() if value}

    def query(self, staff: Staff) -> LogQuery:
        """Of a person whom the staff may see: the whole log. Of a campaign: those of the staff's own branches then."""
        ids = None
        if self.q:
            ids = tuple(card.id for card in customers.find(staff=staff, text=self.q, limit=MOST_CARDS))
        branches = None if ids is not None else Branch.objects.visible_to(staff).values_list("pk", flat=True)
        return LogQuery(
            customer_ids=ids,
            subject=self.subject,
            branch_ids=None if branches is None else tuple(branches),
            first=_day(self.first),
            last=_day(self.until),
            channel=self.channel,
            kind=self.kind,
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class ShownLine:
    """``card`` is None for somebody whom one does not see (any more)."""

    line: LogLine
    card: CustomerCard | None


def shown(lines: Sequence[LogLine], *, staff: Staff) -> list[ShownLine]:
    cards = cards_of((line.customer_id for line in lines), staff)
    return [ShownLine(line, cards.get(line.customer_id)) for line in lines]


def cards_of(ids: Iterable[int], staff: Staff) -> dict[int, CustomerCard]:
    return {card.id: card for card in customers.customer_cards(ids=sorted(set(ids)), staff=staff)}


@dataclass(frozen=True, kw_only=True)
class SentWords:
    """``subject`` and ``body`` with the person's values masked; None where past contacts were taken over, whose words
    the bank's old system had."""

    card: CustomerCard
    run: Run
    channel: str
    variant_key: str
    sent_at: datetime | None
    subject: str | None
    body: str | None


def words_as_sent(recipient_id: int, *, staff: Staff) -> SentWords:
    """:raises NotFound for strangers, other branches' customers, and those to whom nothing was sent"""
    row = Recipient.objects.filter(pk=recipient_id).select_related("run").first()
    cards = cards_of([row.customer_id], staff) if row else {}
    if row is None or row.customer_id not in cards or row.sent_at is None:
        raise NotFound
    card = cards[row.customer_id]
    subject = body = None
    if row.source != IMPORTED:
        subject, body = _masked(row, card)
    return SentWords(
        card=card,
        run=row.run,
        channel=row.channel,
        variant_key=row.variant_key,
        sent_at=row.sent_at,
        subject=subject,
        body=body,
    )


def _masked(row: Recipient, card: CustomerCard) -> tuple[str, str]:
    """As it was sent, with a masked name and links that open nothing."""
    approved = compliance.words_of(row.run.digest, row.variant_key)
    words = wording(row.run, row.channel, Words(approved.subject, approved.body))
    merged = customers.merge_values(customer_ids=[row.customer_id])[row.customer_id]
    person = Addressee(contact="", name=card.name, salutation=merged.salutation, branch=merged.branch)
    subject, body, _one_click = words.filled(person, HIDDEN_LINK, dict.fromkeys(words.links, HIDDEN_LINK))
    return subject, body
