"""Words by sound: written in letters in part (稳zhuan, b本b息), or by characters that sound alike (零凤险).

The text is turned, character by character, into signs for syllables; one automaton then finds every word in
every mixture of characters and letters at once. What is found is compared with the word only then.
"""

import os
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from huiqun.compliance.rulebook.codes import CodeTable, codes_of, text_of
from huiqun.compliance.rulebook.disguises.tables import PLAIN_PROMISES, word_families, words_named

_FIRST_SIGN = 0xE000
_NOTHING = "|"


class _Form(NamedTuple):
    """One way to write a word: `letters` are the places written in letters, `short` by the initial only."""

    word: str
    letters: int
    short: int


def _sign_of(char: str) -> int:
    """A sign for the syllable of a Chinese character; what is no Chinese character sounds like nothing."""
    if char.isascii() and char != "0":
        return ord(char)
    sound = sound_of(char)
    return ord(_NOTHING if sound == _NOTHING else _sign(sound))


@cache
def _sign(syllable: str) -> str:
    return chr(_FIRST_SIGN + _sign.cache_info().currsize)


@lru_cache(maxsize=30_000)
def sound_of(char: str) -> str:
    """The syllable of one Chinese character; letters are themselves; other signs sound like nothing else."""
    if char == "0":
        return "ling"
    if char.isascii() and char.isalpha():
        return char
    return _readings(char)[0] if "\u4e00" <= char <= "\u9fff" else _NOTHING


def _readings(char: str) -> list[str]:
    marked = _pinyin().get(ord(char), "")
    return list(dict.fromkeys(_toneless(sound) for sound in marked.split(","))) if marked else [_NOTHING]


def _toneless(sound: str) -> str:
    spread = unicodedata.normalize("NFD", sound.replace("ü", "v"))
    return "".join("v" if char == "\u0308" else char for char in spread if char.isascii() or char == "\u0308")


@cache
def _pinyin() -> dict[int, str]:
    # Loaded with the first copy that is judged: every program boots this domain, few judge copy. The table
    # of phrases, most of the loading, is left out: we ask for one character at a time.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


def words_by_sound(text: str) -> Iterator[tuple[int, int, str]]:
    automaton, forms = _automaton()
    for index, start, end in automaton.find_matches_as_indexes(_signed(text), overlapping=True):
        written = text[start:end]
        if any(form.word == written for form in forms[index]) or not _stands_alone(text, start, end):
            continue
        for form in forms[index]:
            if _is_disguise(written, form):
                yield start, end, form.word
                break


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether letters at either end are not just a part of a longer word, nor a nought of a number."""
    before, after = text[start - 1 : start], text[end : end + 1]
    first, last = text[start], text[end - 1]
    if first == "0" and (before.isdecimal() or before == "."):
        return False
    starts = not (_is_letter(first) and _is_letter(before))
    return starts and not (_is_letter(last) and _is_letter(after))


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _is_disguise(written: str, form: _Form) -> bool:
    """Whether enough of the word's own characters are there, for how it is written."""
    word = form.word
    own = sum(char in written or (char == "零" and "0" in written) for char in word)
    others = sum(not char.isascii() and char not in word for char in written)
    if form.short:
        return others == 0
    if form.letters:
        return others == 0 or (own >= 1 and len(word) > 2)
    return 0 < others <= (len(word) - 1 if word in words_named("unmistakable") else 1)


def _signed(text: str) -> str:
    return text_of(_signs().look_up(codes_of(text)))


@cache
def _signs() -> CodeTable:
    return CodeTable(_sign_of)


@cache
def _automaton() -> tuple[AhoCorasick, list[list[_Form]]]:
    ways: dict[str, list[_Form]] = {}
    for family, words in word_families().items():
        for word in words:
            for written, form in _forms(word, alike=family in PLAIN_PROMISES):
                ways.setdefault(written, []).append(form)
    return AhoCorasick(list(ways)), list(ways.values())


def _forms(word: str, *, alike: bool) -> Iterator[tuple[str, _Form]]:
    """Every mixture of characters (as syllable signs), spelled syllables and initials."""
    sounds = [_readings(char) for char in word]
    signs = [_sign(sound_of(char)) for char in word]
    for spelled in product((False, True), repeat=len(word)):
        letters = sum(spelled)
        if not _is_heard(word, letters, alike):
            continue
        parts = [sounds[at] if in_letters else [signs[at]] for at, in_letters in enumerate(spelled)]
        for chosen in product(*parts):
            yield "".join(chosen), _Form(word, letters, 0)
        if letters == len(word):
            yield " ".join(sound[0] for sound in sounds), _Form(word, letters, 0)
        elif letters and len(word) - letters >= 2:
            initials = (sounds[at][0][0] if short else signs[at] for at, short in enumerate(spelled))
            yield "".join(initials), _Form(word, 0, letters)


def _is_heard(word: str, letters: int, alike: bool) -> bool:
    if letters == 0:
        return len(word) >= (3 if alike else 4) and word not in words_named("letters_only")
    return letters < len(word) or len(word) > 2
