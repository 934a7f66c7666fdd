"""What of an identifier may be shown without a stated purpose."""


def mask_name(name: str) -> str:
    """王小明 → 王*明, 张三 → 张*"""
    if len(name) <= 1:
        return name
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def _keep(value: str, head: int, tail: int) -> str:
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]


def mask_phone(phone: str) -> str:
    return _keep(phone, 3, 4)


def mask_id(number: str) -> str:
    """First and last digit only: the birthday in the middle is personal too."""
    return _keep(number, 1, 1)


def mask_card(number: str) -> str:
    return _keep(number, 0, 4)


def mask_email(address: str) -> str:
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}" if domain else "***"
