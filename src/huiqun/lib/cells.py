"""Text in a spreadsheet stays text, whatever it begins with."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """A leading apostrophe keeps spreadsheet programs from computing what somebody typed."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
