"""Numbers as laws write them."""

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 to 999 in Chinese: 25 is 二十五, 101 is 一百零一."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        words += "零"
    return words + (_DIGITS[ones] if ones else "")
