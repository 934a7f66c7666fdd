"""Text that the bank delivered, read as a number."""

from sqlglot import exp

PATTERN = r"^ *[+-]?[0-9]{1,17}([.][0-9]*)? *$"
"""What is a number to every engine alike. Beyond it they part: underscores, exponents, digits of other
scripts, and amounts that do not fit are numbers to one and none to the other."""


def number_in(text: exp.Expr) -> exp.Expr:
    """With six decimals; unknown when the text is no number."""
    is_number = exp.RegexpLike(this=text.copy(), expression=exp.Literal.string(PATTERN))
    return exp.Case().when(is_number, exp.cast(text.copy(), "decimal(24, 6)"), copy=False)
