"""A sheet of paper that holds Chinese: one embedded font, a digest at the foot of every page."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.contrib.staticfiles import finders

from huiqun.compliance.rules.documents import FontMissing

if TYPE_CHECKING:
    from fpdf import FPDF

FONT_FILE = "huiqun/noto-sans-sc.ttf"
FAMILY = "sc"
MARGIN, FOOT = 18, 20
INK, GREY, LINE = (28, 36, 46), (98, 108, 120), (205, 211, 218)
COLOURS = {"block": (190, 45, 35), "high": (178, 92, 8), "warn": (30, 86, 176)}
WATERMARK = (226, 229, 234)


def font_file() -> str:
    """Where the frontend's build put it. :raises FontMissing"""
    found = finders.find(FONT_FILE)
    if not isinstance(found, str):
        raise FontMissing()
    return found


@cache
def _sheet_class() -> "type[FPDF]":
    # Made when the first document is asked for: importing fpdf takes a second, and few processes need it.
    from fpdf import FPDF

    class Paper(FPDF):
        foot = ""
        watermark = ""

        def header(self) -> None:
            if not self.watermark:
                return
            size = min(72.0, 620 / max(4, len(self.watermark.encode("gbk", "replace")) / 2))
            with self.local_context():
                self.set_font(FAMILY, size=size)
                self.set_text_color(*WATERMARK)
                width = self.get_string_width(self.watermark)
                with self.rotation(40, x=self.w / 2, y=self.h / 2):
                    self.text(self.w / 2 - width / 2, self.h / 2, self.watermark)

        def footer(self) -> None:
            self.set_y(-FOOT + 6)
            self.set_font(FAMILY, size=7)
            self.set_text_color(*GREY)
            self.cell(0, 4, self.foot, align="L")
            self.set_x(MARGIN)
            self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    return Paper


class Sheet:
    """What a document writes with; nothing of it knows what the document says."""

    def __init__(self, *, title: str, digest: str, watermark: str, now: datetime, language: str) -> None:
        from fpdf.enums import WrapMode

        paper = _sheet_class()(format="A4")
        paper.add_font(FAMILY, "", font_file())
        paper.set_margins(MARGIN, MARGIN, MARGIN)
        paper.set_auto_page_break(True, margin=FOOT)
        paper.set_title(title)
        paper.set_lang(language)
        paper.set_creator("Huiqun")
        paper.set_creation_date(now)
        paper.foot = f"SHA-256 {digest}"  # type: ignore[attr-defined]
        paper.watermark = watermark  # type: ignore[attr-defined]
        self._paper = paper
        self._by_character, self._by_word = WrapMode.CHAR, WrapMode.WORD
        self._glyphs = paper.fonts[FAMILY].cmap  # type: ignore[union-attr]
        paper.add_page()

    def title(self, words: str) -> None:
        self._write(words, size=17, height=9)
        self.gap(1)

    def heading(self, words: str) -> None:
        """With at least a few lines under it on the same page."""
        self._keep_together(24)
        self.gap(4)
        self._write(words, size=12.5, height=7)
        self._rule()

    def subheading(self, words: str) -> None:
        self._keep_together(18)
        self.gap(2)
        self._write(words, size=10.5, height=6)

    def text(self, words: str, *, indent: float = 0, grey: bool = False, size: float = 9.5) -> None:
        self._write(words, size=size, height=size * 0.56, colour=GREY if grey else INK, indent=indent)

    def flag(self, words: str, severity: str) -> None:
        """A line in the severity's colour."""
        self._keep_together(14)
        self._write(words, size=9.5, height=5.4, colour=COLOURS.get(severity, INK), indent=3)

    def quoted(self, words: str) -> None:
        """A text as it stands, with a line beside it."""
        paper = self._paper
        page, top = paper.page_no(), paper.get_y()
        self._write(words, size=10, height=6, indent=4)
        start = top if paper.page_no() == page else MARGIN
        paper.set_draw_color(*LINE)
        paper.set_line_width(0.7)
        paper.line(MARGIN + 1, start, MARGIN + 1, paper.get_y())
        self.gap(1)

    def rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names and values."""
        for name, value in rows:
            self._keep_together(7)
            top = self._paper.get_y()
            self._write(name, size=9, height=5.4, colour=GREY, width=34)
            self._paper.set_y(top)
            self._write(value or "—", size=9.5, height=5.4, indent=36)

    def gap(self, height: float) -> None:
        self._paper.ln(height)

    def output(self) -> bytes:
        return bytes(self._paper.output())

    def _write(
        self,
        words: str,
        *,
        size: float,
        height: float,
        colour: tuple[int, int, int] = INK,
        indent: float = 0,
        width: float = 0,
    ) -> None:
        paper = self._paper
        paper.set_font(FAMILY, size=size)
        paper.set_text_color(*colour)
        paper.set_x(MARGIN + indent)
        mode = self._by_character if any(char >= "⺀" for char in words) else self._by_word
        paper.multi_cell(
            width, height, self._printable(words), wrapmode=mode, align="L", new_x="LMARGIN", new_y="NEXT"
        )

    def _printable(self, words: str) -> str:
        """What the font has no sign for is shown by its number, so that nothing hides: [U+200B]."""
        return "".join(
            char
            if char == "\n" or (ord(char) in self._glyphs and char.isprintable())
            else f"[U+{ord(char):04X}]"
            for char in words.replace("\r\n", "\n").replace("\t", "    ")
        )

    def _keep_together(self, height: float) -> None:
        if self._paper.will_page_break(height):
            self._paper.add_page()

    def _rule(self) -> None:
        paper = self._paper
        paper.set_draw_color(*LINE)
        paper.set_line_width(0.3)
        paper.line(MARGIN, paper.get_y() + 0.5, paper.w - MARGIN, paper.get_y() + 0.5)
        paper.ln(2.5)
