"""What a customer holds, as the lake knows it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from huiqun.foundation import lake

KIND_LABELS = {
    "deposit": _("Deposit"),
    "structured_deposit": _("Structured deposit"),
    "wealth": _("Wealth management product"),
    "fund": _("Fund"),
    "insurance": _("Insurance"),
    "precious_metal": _("Precious metal"),
    "loan": _("Loan"),
    "credit_card": _("Credit card"),
}


@dataclass(frozen=True, kw_only=True)
class Holding:
    product_code: str
    product_kind: str
    amount_fen: int
    matures_date: date | None

    @property
    def kind_label(self) -> str:
        return str(KIND_LABELS.get(self.product_kind, self.product_kind))


@dataclass(frozen=True, kw_only=True)
class Wealth:
    """``curve`` holds month ends and fen, oldest first; ``held_on`` is the day of the holdings."""

    curve: tuple[tuple[date, int], ...]
    holdings: tuple[Holding, ...]
    held_on: date | None

    @property
    def aum_fen(self) -> int | None:
        return self.curve[-1][1] if self.curve else None


def wealth_of(*, customer_id: int, months: int = 13) -> Wealth:
    with lake.connect(reach=lake.HERE) as connection:
        curve = connection.execute(
            "SELECT dt, aum_fen FROM aum WHERE customer_id = ? ORDER BY dt DESC LIMIT ?",
            [customer_id, months],
        ).fetchall()
        rows: list[Any] = connection.execute(
            "SELECT dt, product_code, product_kind, amount_fen, matures_date FROM holdings"
            " WHERE customer_id = ? AND dt = (SELECT max(dt) FROM holdings WHERE customer_id = ?)"
            " ORDER BY amount_fen DESC",
            [customer_id, customer_id],
        ).fetchall()
    holdings = tuple(
        Holding(product_code=code, product_kind=kind, amount_fen=fen, matures_date=matures)
        for _, code, kind, fen, matures in rows
    )
    return Wealth(curve=tuple(reversed(curve)), holdings=holdings, held_on=rows[0][0] if rows else None)


def aum_chart(wealth: Wealth, *, series: str) -> dict[str, Any]:
    """The curve as chart options; yuan on the axis."""
    return {
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {"type": "category", "data": [day.strftime("%Y-%m") for day, _ in wealth.curve]},
        "yAxis": {"type": "value", "scale": True},
        "series": [
            {
                "name": series,
                "type": "line",
                "smooth": True,
                "areaStyle": {"opacity": 0.12},
                "data": [fen / 100 for _, fen in wealth.curve],
            }
        ],
    }
