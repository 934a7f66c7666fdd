"""Settlements as staff, partners and spreadsheets read them; and whether both sides' totals fit the claims."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.benefits.models import Claim
from huiqun.benefits.models.settlements import Settlement, SettlementLine
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.refusals_settling import SettlementNotFound
from huiqun.benefits.rules.settling import LineKind, SettlementState, borders
from huiqun.foundation.models import Staff
from huiqun.lib.cells import harmless
from huiqun.lib.days import local_time


@dataclass(frozen=True, kw_only=True)
class Side:
    count: int
    value_fen: int


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """``claims``: used in the month, as the claims say now. ``lines``: uses of the month in any file. ``returned`` of
    those are not used any more, ``open`` claims are in no file yet. ``late`` uses of earlier months are in this file."""

    claims: Side
    lines: Side
    returned: Side
    open: Side
    late: Side

    @property
    def fits(self) -> bool:
        counted = self.lines.count - self.returned.count + self.open.count
        valued = self.lines.value_fen - self.returned.value_fen + self.open.value_fen
        return (counted, valued) == (self.claims.count, self.claims.value_fen)


def settlement_rows(*, staff: Staff, partner_id: int | None, month: date | None, state: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = Settlement.objects.visible_to(staff).select_related("partner")
    if partner_id:
        rows = rows.filter(partner=partner_id)
    if month:
        rows = rows.filter(month=month)
    return rows.filter(state=state) if state else rows


def visible_settlement(settlement_id: int, staff: Staff) -> Settlement:
    """:raises SettlementNotFound"""
    rows = Settlement.objects.visible_to(staff).select_related(
        "partner", "drawn_by", "sent_by", "agreed_by", "settled_by", "agreed_clerk"
    )
    return _one(rows, settlement_id)


def statements_of(partner_id: int) -> QuerySet[Any]:
    """What a partner may see: nothing that was not sent."""
    rows: QuerySet[Any] = Settlement.objects.filter(partner=partner_id)
    return rows.exclude(state=SettlementState.DRAFT)


def statement(settlement_id: int, partner_id: int) -> Settlement:
    """:raises SettlementNotFound"""
    return _one(statements_of(partner_id), settlement_id)


def _one(rows: Any, settlement_id: int) -> Settlement:
    found: Settlement | None = rows.filter(pk=settlement_id).first()
    if found is None:
        raise SettlementNotFound()
    return found


def lines_of(settlement_id: int, *, disputed: bool = False) -> QuerySet[Any]:
    rows: QuerySet[Any] = SettlementLine.objects.filter(settlement=settlement_id)
    rows = rows.select_related("claim__benefit", "dispute", "corrects__settlement")
    return rows.filter(dispute__isnull=False) if disputed else rows


def reconciled(settlement: Settlement) -> Reconciled:
    start, end = borders(settlement.month)
    used = Claim.objects.filter(benefit__partner=settlement.partner_id, state=ClaimState.USED)
    used = used.filter(ended_at__gte=start, ended_at__lt=end)
    in_files = SettlementLine.objects.filter(kind=LineKind.USE, settlement__partner=settlement.partner_id)
    of_month = in_files.filter(used_at__gte=start, used_at__lt=end)
    return Reconciled(
        claims=_side(used, "benefit__value_fen"),
        lines=_side(of_month, "value_fen"),
        returned=_side(of_month.exclude(claim__state=ClaimState.USED), "value_fen"),
        open=_side(used.exclude(pk__in=in_files.values("claim")), "benefit__value_fen"),
        late=_side(in_files.filter(settlement=settlement, used_at__lt=start), "value_fen"),
    )


def _side(rows: Any, column: str) -> Side:
    found = rows.aggregate(count=Count("pk"), value=Sum(column))
    return Side(count=found["count"], value_fen=found["value"] or 0)


Cell = str | Decimal


def sheet(settlement: Settlement) -> tuple[list[str], list[list[Cell]]]:
    """What stands above the table, and the table with its head and its sums: the same for the bank and the partner."""
    head = [
        _("Settlement with %(partner)s for %(month)s")
        % {"partner": harmless(settlement.partner.name), "month": f"{settlement.month:%Y-%m}"},
        f"SHA-256 {settlement.lines_digest}",
    ]
    titles = [
        pgettext("settlement", "Line"), pgettext("settlement", "What"), _("Code of the piece"), pgettext("settlement", "Item"), _("Shop"),
        pgettext("settlement", "Used at"), _("Value (yuan)"), _("Bank bears (yuan)"), _("Partner bears (yuan)"), pgettext("settlement", "Corrects"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        list(titles),
        *(_cells(line) for line in lines_of(settlement.pk).order_by("number")),
    ]
    sums = [settlement.value_fen, settlement.bank_fen, settlement.partner_fen]
    return head, [*rows, [_("Sum"), "", "", "", "", "", *(_plain(each) for each in sums), ""]]


def _cells(line: SettlementLine) -> list[Cell]:
    earlier = line.corrects
    return [
        str(line.number),
        str(line.get_kind_display()),
        shown_code(line.claim.code),
        harmless(line.claim.benefit.item),
        harmless(line.shop),
        f"{local_time(line.used_at):%Y-%m-%d %H:%M:%S}",
        *(_plain(each) for each in (line.value_fen, line.bank_fen, line.partner_fen)),
        f"{earlier.settlement.month:%Y-%m}/{earlier.number}" if earlier else "",
    ]


def _plain(fen: int) -> Decimal:
    """Yuan as a number, for a spreadsheet to add up."""
    return Decimal(fen).scaleb(-2)


def shown_code(code: str) -> str:
    """Enough to find the slip, not enough to use it."""
    return f"…{code[-4:]}"
