"""Ten megabytes of Chinese in texts of natural length, the same ones every time."""

import csv
import gzip
import io
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.rule import Example
from tests.shared import SHARED

REVIEWS = SHARED / "data" / "zh_text" / "online_shopping_10_cats.csv.xz"
HOTELS = SHARED / "data" / "zh_text" / "htl_all.csv.gz"
EXAMPLE_EVERY = 10
_JUDGED_AS = [
    (("wealth", "moments", 2), 60),
    (("loan", "sms", None), 70),
    (("fund", "wechat_article", 3), 600),
    (("deposit", "poster", None), 80),
    (("insurance", "h5", None), 200),
    (("credit_card", "app_push", None), 40),
    (("brand", "group_chat", None), 60),
    (("wealth", "wechat_title", 4), 20),
    (("activity", "h5", None), 200),
    (("structured_deposit", "wechat_article", 2), 600),
    (("precious_metal", "douyin", 3), 100),
]
"""What texts are judged as in turn, and how many characters such a text has at least."""


@dataclass(frozen=True)
class Piece:
    """A text and what it is judged as."""

    text: str
    kind: str
    channel: str
    risk: int | None


class Corpus:
    """Customers' reviews where they lie beside the project, with the rules' own examples among them."""

    def __init__(self, size: int) -> None:
        found = REVIEWS.exists() and HOTELS.exists()
        sentences = _mixed(_reviews() if found else _made_up())
        self.pieces = list(_portion(_pieces(sentences), size))
        self.bytes = sum(len(piece.text.encode()) for piece in self.pieces)
        lengths = sorted(len(piece.text) for piece in self.pieces)
        source = "reviews from ../shared/data/zh_text" if found else "made-up sentences"
        self.description = (
            f"{len(lengths):,} texts as long as their channels have them (half of them over "
            f"{lengths[len(lengths) // 2]} characters), {self.bytes / 1e6:.1f} MB: {source}, every "
            f"{EXAMPLE_EVERY}th an example of a rule"
        )

    def portion(self, size: int) -> Iterator[Piece]:
        return _portion(iter(self.pieces[:: max(1, self.bytes // size)]), size)

    def one_text(self, size: int, *, skip: int = 0) -> str:
        """About `size` bytes of UTF-8, in sentences."""
        chosen = _portion(islice(cycle(self.pieces), skip, None), size)
        return "。".join(piece.text for piece in chosen).encode()[: size - 100].decode(errors="ignore")


def _portion(pieces: Iterator[Piece], size: int) -> Iterator[Piece]:
    for piece in pieces:
        if size <= 0:
            return
        size -= len(piece.text.encode())
        yield piece


def _pieces(sentences: Iterator[str]) -> Iterator[Piece]:
    """Each text is as many sentences as its channel's usual length takes."""
    for judged_as, length in cycle(_JUDGED_AS):
        text = ""
        while len(text) < length:
            text += next(sentences, "。" * length) + "\n"
        yield Piece(text.rstrip("\n"), *judged_as)


def _mixed(texts: Iterator[str]) -> Iterator[str]:
    examples = cycle([example.text for example in _examples() if example.text])
    for number, text in enumerate(texts):
        yield next(examples) if number % EXAMPLE_EVERY == 0 else text


def _reviews() -> Iterator[str]:
    yield from _column(HOTELS, gzip.decompress)
    yield from _column(REVIEWS, lzma.decompress)


def _column(path: Path, unpacked: object) -> Iterator[str]:
    text = unpacked(path.read_bytes()).decode("utf-8", "replace")  # type: ignore[operator]
    for row in csv.DictReader(io.StringIO(text)):
        if row["review"]:
            yield row["review"].replace("\0", "")


def _made_up() -> Iterator[str]:
    """Sentences of the rules' examples in ever other order, with what people say between them."""
    sentences = [part for example in _examples() for part in example.text.split("。") if part]
    between = [
        "今天天气不错，我们在网点等您",
        "营业时间是上午九点到下午五点",
        "请带好身份证原件",
        "谢谢大家一直以来的支持",
    ]
    for number in range(10**9):
        chosen = [sentences[(number * step + step) % len(sentences)] for step in (7, 101)]
        yield "。".join([between[number % 4], chosen[0], between[number // 4 % 4], chosen[1]])


def _examples() -> list[Example]:
    return [example for rule in all_rules().values() for example in (*rule.violating, *rule.compliant)]
