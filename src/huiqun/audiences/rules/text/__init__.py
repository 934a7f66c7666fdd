"""The same tree as text, for people who type: read with line and column, written so that it reads back."""

from huiqun.audiences.rules.text.reading import Typed, read_text
from huiqun.audiences.rules.text.refusals import TextEnds, TextWrong, place
from huiqun.audiences.rules.text.words import Vocabulary
from huiqun.audiences.rules.text.writing import write_text

__all__ = ["TextEnds", "TextWrong", "Typed", "Vocabulary", "place", "read_text", "write_text"]
