"""What a proof of the right to a signature may be."""

from huiqun.delivery.rules.refusals import ProofUnreadable
from huiqun.lib.scans import scan_type


def media_type(content: bytes) -> str:
    """:raises ProofUnreadable"""
    if kind := scan_type(content):
        return kind
    raise ProofUnreadable
