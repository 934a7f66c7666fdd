"""What a proof of the right to a signature may be: a scan or a picture, told by its content and not by its name."""

from huiqun.delivery.rules.refusals import ProofUnreadable

MOST_BYTES = 5 * 2**20
KINDS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def media_type(content: bytes) -> str:
    """:raises ProofUnreadable"""
    if len(content) <= MOST_BYTES:
        for mark, kind in KINDS:
            if content.startswith(mark):
                return kind
    raise ProofUnreadable
