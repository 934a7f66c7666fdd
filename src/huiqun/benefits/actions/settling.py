"""Drawing up a partner's month: once, from the claims, to the cent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from huiqun.benefits.events_settling import SettlementDrawnUp
from huiqun.benefits.models import Claim
from huiqun.benefits.models.settlements import Dispute, Redemption, Settlement, SettlementLine
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.refusals_settling import LaterMonthDrawn
from huiqun.benefits.rules.settling import DisputeState, LineKind, borders, check_month, month_before
from huiqun.benefits.rules.shares import half_up, split
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date
from huiqun.partners import queries as partners

LOCK = "SELECT pg_advisory_xact_lock(hashtext('benefits.settlement'), %s)"


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line before it has its number. ``dispute`` is the one that it settles."""

    kind: LineKind
    claim_id: int
    used_at: datetime
    shop: str
    value_fen: int
    bank_fen: int
    corrects_id: int | None = None
    dispute_id: int | None = None


def draw_up_due(*, now: datetime) -> int:
    """The month before, for each partner whose contract settles by today; how many were drawn up. Safe to repeat."""
    today = local_date(now)
    month = month_before(today)
    drawn = 0
    for partner_id in partners.contracted_partner_ids():
        payee = partners.payee(partner_id=partner_id, on=today)
        if payee is None or today.day < payee.settlement_day:
            continue
        later = Settlement.objects.filter(partner=partner_id, month__gte=month)
        if not later.exists() and _is_open(partner_id, month):
            draw_up(partner_id=partner_id, month=month, by=None, now=now)
            drawn += 1
    return drawn


def _is_open(partner_id: int, month: date) -> bool:
    """A month in which nothing was used needs no file."""
    uses = _uses(partner_id, borders(month)[1]).exists()
    return bool(uses or _returned(partner_id).exists() or _accepted(partner_id).exists())


@transaction.atomic
def draw_up(*, partner_id: int, month: date, by: Staff | None, now: datetime) -> int:
    """The month's file, frozen under a digest; its id. Doing so again gives the same file.

    It holds every use up to the end of the month that no file holds yet, late ones too, and what corrects earlier
    files: pieces given back since, and disputes in which the partner was right.
    :raises NotAMonth, MonthNotOver, LaterMonthDrawn, partners' PartnerNotFound
    """
    check_month(month, now=now)
    branch_id = partners.branch_of(partner_id)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [partner_id % 2**31])
    if found := Settlement.objects.filter(partner=partner_id, month=month).first():
        return int(found.pk)
    if Settlement.objects.filter(partner=partner_id, month__gt=month).exists():
        raise LaterMonthDrawn()
    items = [*_use_items(partner_id, month), *_return_items(partner_id), *_dispute_items(partner_id)]
    settlement = _keep(items, partner_id=partner_id, branch_id=branch_id, month=month, by=by, now=now)
    event = SettlementDrawnUp(
        settlement_id=settlement.pk,
        partner_id=partner_id,
        month=f"{month:%Y-%m}",
        lines=settlement.lines_count,
        value_fen=settlement.value_fen,
        bank_fen=settlement.bank_fen,
        partner_fen=settlement.partner_fen,
        lines_digest=settlement.lines_digest,
    )
    facts.record(event, at=now, by=by, branch_id=branch_id)
    return int(settlement.pk)


def _uses(partner_id: int, before: datetime) -> Any:
    settled = SettlementLine.objects.filter(claim=OuterRef("pk"), kind=LineKind.USE)
    used = Claim.objects.filter(benefit__partner=partner_id, state=ClaimState.USED, ended_at__lt=before)
    return used.filter(~Exists(settled))


def _use_items(partner_id: int, month: date) -> list[Item]:
    claims = list(
        _uses(partner_id, borders(month)[1])
        .order_by("ended_at", "pk")
        .values_list("pk", "ended_at", "benefit__value_fen", "benefit__bank_share")
    )
    shops = dict(Redemption.objects.filter(partner=partner_id).values_list("claim", "shop"))
    parts = split([(value, share) for _pk, _at, value, share in claims])
    return [
        Item(
            kind=LineKind.USE,
            claim_id=pk,
            used_at=at,
            shop=shops.get(pk, ""),
            value_fen=value,
            bank_fen=part,
        )
        for (pk, at, value, _share), part in zip(claims, parts, strict=True)
    ]


def _returned(partner_id: int) -> Any:
    """Uses that were settled of pieces that are not used any more, and not taken back yet."""
    undone = SettlementLine.objects.filter(claim=OuterRef("claim"), kind=LineKind.RETURN)
    lines = SettlementLine.objects.filter(settlement__partner=partner_id, kind=LineKind.USE)
    return lines.exclude(claim__state=ClaimState.USED).filter(~Exists(undone))


def _return_items(partner_id: int) -> list[Item]:
    """Exactly what was settled of the piece goes back, disputes included."""
    accepted = dict(_accepted(partner_id).values_list("line", "pk"))
    items = []
    for line in _returned(partner_id).order_by("pk"):
        value, bank = _net(line.claim_id)
        items.append(_correction(line, LineKind.RETURN, -value, -bank, accepted.get(line.pk)))
    return items


def _accepted(partner_id: int) -> Any:
    rows = Dispute.objects.filter(line__settlement__partner=partner_id, state=DisputeState.ACCEPTED)
    return rows.filter(corrected_in=None)


def _dispute_items(partner_id: int) -> list[Item]:
    """By the difference to the right value, which is none of a piece that was given back."""
    items = []
    rows = _accepted(partner_id).select_related("line__claim__benefit").order_by("pk")
    for dispute in rows.exclude(line__in=_returned(partner_id)):
        claim, (value, bank) = dispute.line.claim, _net(dispute.line.claim_id)
        right = dispute.right_fen or 0 if claim.state == ClaimState.USED else 0
        difference = (right - value, half_up(right * claim.benefit.bank_share) - bank)
        items.append(_correction(dispute.line, LineKind.DISPUTE, *difference, dispute.pk))
    return items


def _net(claim_id: int) -> tuple[int, int]:
    rows = SettlementLine.objects.filter(claim=claim_id).values_list("value_fen", "bank_fen")
    return sum(value for value, _bank in rows), sum(bank for _value, bank in rows)


def _correction(
    line: SettlementLine, kind: LineKind, value: int, bank: int, dispute_id: int | None = None
) -> Item:
    return Item(
        kind=kind,
        claim_id=line.claim_id,
        used_at=line.used_at,
        shop=line.shop,
        value_fen=value,
        bank_fen=bank,
        corrects_id=line.pk,
        dispute_id=dispute_id,
    )


def _keep(
    items: list[Item], *, partner_id: int, branch_id: int, month: date, by: Staff | None, now: datetime
) -> Settlement:
    value, bank = sum(each.value_fen for each in items), sum(each.bank_fen for each in items)
    settlement = Settlement(
        partner_id=partner_id,
        branch_id=branch_id,
        month=month,
        lines_count=len(items),
        value_fen=value,
        bank_fen=bank,
        partner_fen=value - bank,
        drawn_at=now,
        drawn_by=by,
    )
    lines = [_line(settlement, number, item) for number, item in enumerate(items, 1)]
    settlement.lines_digest = digest_of(settlement, lines)
    settlement.save()
    for line in lines:
        line.settlement = settlement
    SettlementLine.objects.bulk_create(lines, batch_size=2_000)
    for item, line in zip(items, lines, strict=True):
        if item.dispute_id:
            Dispute.objects.filter(pk=item.dispute_id).update(corrected_in=line)
    return settlement


def _line(settlement: Settlement, number: int, item: Item) -> SettlementLine:
    return SettlementLine(
        settlement=settlement,
        number=number,
        kind=item.kind,
        claim_id=item.claim_id,
        used_at=item.used_at,
        shop=item.shop,
        value_fen=item.value_fen,
        bank_fen=item.bank_fen,
        partner_fen=item.value_fen - item.bank_fen,
        corrects_id=item.corrects_id,
    )


def digest_of(settlement: Settlement, lines: list[SettlementLine]) -> str:
    """Over the partner, the month, the sums and every line in order."""
    head = [settlement.partner_id, f"{settlement.month:%Y-%m}", settlement.value_fen, settlement.bank_fen]
    rows = [
        [
            line.number, str(line.kind), line.claim_id, line.used_at, line.shop,
            line.value_fen, line.bank_fen, line.partner_fen, line.corrects_id,
        ]
        for line in lines
    ]  # fmt: skip
    return digest([head, rows])
