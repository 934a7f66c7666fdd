"""Each condition of a rule as a roaring bitmap of the whole bank, so that a change of one costs one."""

from huiqun.audiences.bitmaps.algebra import combined, without
from huiqun.audiences.bitmaps.answers import answer, known, ready
from huiqun.audiences.bitmaps.asked import EVERYBODY, Asked, side_of
from huiqun.audiences.bitmaps.choosing import chosen, everybody, leaf_bitmaps, stamp
from huiqun.audiences.bitmaps.store import read, shelf, sweep, write

__all__ = [
    "EVERYBODY",
    "Asked",
    "answer",
    "chosen",
    "combined",
    "everybody",
    "known",
    "leaf_bitmaps",
    "read",
    "ready",
    "shelf",
    "side_of",
    "stamp",
    "sweep",
    "without",
    "write",
]
