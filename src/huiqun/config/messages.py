"""Sentences and their translations, without GNU gettext.

    python -m huiqun.config.messages update customers   # or: all
    python -m huiqun.config.messages compile
    python -m huiqun.config.messages missing

English is the msgid. Each domain keeps its Chinese in ``locale/zh_Hans/LC_MESSAGES/django.po``;
what ``lib`` and ``config`` say belongs to ``foundation``.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LANGUAGE: Final = "zh_Hans"
PACKAGE: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = PACKAGE.parent
_BORROWED: Final = {"foundation": ("lib", "config")}
_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_HEADER: Final = (
    'msgid ""\nmsgstr ""\n'
    f'"Language: {LANGUAGE}\\n"\n'
    '"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
_CHINESE: Final = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def domains() -> list[str]:
    """The folders that keep their own translations."""
    return sorted(
        folder.name
        for folder in PACKAGE.iterdir()
        if (folder / "__init__.py").exists() and folder.name not in ("lib", "config")
    )


def po_file(domain: str) -> Path:
    return PACKAGE / domain / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def found_in_source(domain: str) -> Catalog:
    """All sentences that this domain's code and templates show."""
    catalog = Catalog(locale=LANGUAGE)
    for path in _files(domain):
        place = path.relative_to(SOURCE.parent).as_posix()
        for _line, words, comments, context in _sentences(path):
            catalog.add(words, None, [(place, 0)], auto_comments=comments, context=context)
    return catalog


def kept(domain: str) -> Catalog:
    """What the domain's file of translations holds, which may be nothing yet."""
    path = po_file(domain)
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def update(domain: str) -> tuple[int, int]:
    """Bring the file in line with the source, keeping every translation; (sentences, untranslated).

    A sentence no longer in the source is kept as a ``#~`` comment and comes back with it.
    """
    found = found_in_source(domain)
    catalog = kept(domain)
    if not len(found) and not len(catalog):
        return 0, 0
    _revive(catalog, found)
    catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
    written = io.BytesIO()
    write_po(written, catalog, width=110, omit_header=True, include_lineno=False, sort_by_file=True)
    path = po_file(domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, _HEADER.encode() + written.getvalue())
    return len(catalog), sum(not _translated(message) for message in _messages(catalog))


def _revive(catalog: Catalog, found: Catalog) -> None:
    """Take back from the ``#~`` comments what the source says again."""
    for key, message in list(catalog.obsolete.items()):
        if found.get(message.id, message.context) and not catalog.get(message.id, message.context):
            catalog[message.id] = message
            del catalog.obsolete[key]


def compile_stale() -> list[str]:
    """Write the ``.mo`` of every domain whose ``.po`` is newer; the domains written."""
    written = []
    for domain in domains():
        source = po_file(domain)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and _age(target) >= _age(source)):
            continue
        content = io.BytesIO()
        write_mo(content, kept(domain))
        _replace(target, content.getvalue())
        os.utime(target, ns=(_age(source), _age(source)))
        written.append(domain)
    return written


def problems() -> list[str]:
    """What a reader in either language would miss: one line for each sentence."""
    return [line for domain in domains() for line in _problems_of(domain)]


def _problems_of(domain: str) -> Iterator[str]:
    translations = kept(domain)
    for message in _messages(found_in_source(domain)):
        first = message.id if isinstance(message.id, str) else message.id[0]
        place = message.locations[0][0] if message.locations else domain
        if _CHINESE.search(first):
            yield f"{place}: the msgid is not English: {first}"
            continue
        translation = translations.get(message.id, message.context)
        if translation is None or not _translated(translation):
            yield f"{place}: no Chinese in {domain}: {first}"
            continue
        for error in translation.check(translations):
            yield f"{place}: {error}: {first}"


def _files(domain: str) -> Iterator[Path]:
    for name in (domain, *_BORROWED.get(domain, ())):
        folder = PACKAGE / name
        yield from sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)
        for ending in ("*.html", "*.txt"):
            yield from sorted(path for path in folder.rglob(ending) if "templates" in path.parts)


_Sentence = tuple[int, str | tuple[str, ...], list[str], str | None]


def _sentences(path: Path) -> Iterable[_Sentence]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # Its output is calls amid filler; without indents every line stands for itself.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    code = io.BytesIO(source.encode())
    return extract("python", code, keywords=_KEYWORDS, comment_tags=("Translators:",))


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _translated(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return bool(strings) and all(strings) and not message.fuzzy


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


def _replace(path: Path, content: bytes) -> None:
    """Never half a file, also when two processes write it at once."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m huiqun.config.messages", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update").add_argument("domain", choices=[*domains(), "all"])
    commands.add_parser("compile")
    commands.add_parser("missing").add_argument(
        "domain", nargs="?", choices=[*domains(), "all"], default="all"
    )
    chosen = parser.parse_args(arguments)
    if chosen.command == "compile":
        compile_stale()
        return 0
    names = domains() if chosen.domain == "all" else [chosen.domain]
    if chosen.command == "update":
        for name in names:
            sentences, untranslated = update(name)
            print(f"{name}: {sentences} sentences, {untranslated} without Chinese")
        return 0
    lines = [line for name in names for line in _problems_of(name)]
    print("\n".join(lines) or "Every sentence has its Chinese.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
