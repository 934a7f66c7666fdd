"""Money is whole fen (1 yuan = 100 fen); it becomes text only where a person reads it."""

from decimal import Decimal


def yuan(fen: int) -> str:
    """``123456`` → ``1,234.56``"""
    return f"{Decimal(fen) / 100:,.2f}"


def fen(text: str) -> int:
    """Fen from yuan as people write them (``1,234.5``). :raises ValueError"""
    try:
        amount = Decimal(text.replace(",", "").strip()) * 100
    except ArithmeticError:
        raise ValueError(f"not an amount: {text!r}") from None
    if amount != amount.to_integral_value():
        raise ValueError(f"more than two decimals: {text!r}")
    return int(amount)
