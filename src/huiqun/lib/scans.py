"""Scans and pictures of papers, told by their content and not by their names."""

MOST_BYTES = 5 * 2**20
KINDS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def scan_type(content: bytes) -> str:
    """The media type, or "" for what is none or too large."""
    if len(content) > MOST_BYTES:
        return ""
    return next((kind for mark, kind in KINDS if content.startswith(mark)), "")
