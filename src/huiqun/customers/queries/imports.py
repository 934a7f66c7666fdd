"""Imports as staff see them: mappings to choose from, runs, and refused lines in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from huiqun.customers.files.mapping import load_mapping
from huiqun.customers.files.problems import SENTENCES
from huiqun.customers.models import ImportRun
from huiqun.customers.models.imports import ImportQuerySet
from huiqun.customers.models.people import Customer
from huiqun.customers.rules import MappingInvalid, MappingUnknown
from huiqun.foundation.models import Staff
from huiqun.lib.cells import csv_lines
from huiqun.lib.refusal import NotFound

SHIPPED = Path(__file__).parents[1] / "mappings"

COLOURS = {
    ImportRun.State.CHECKING: "blue",
    ImportRun.State.CHECKED: "gold",
    ImportRun.State.IMPORTING: "blue",
    ImportRun.State.DONE: "green",
    ImportRun.State.FAILED: "red",
    ImportRun.State.DISCARDED: "grey",
}

COLUMN_LABELS: dict[str, Any] = {
    "line": _("Line"),
    "number": _("customer number"),
    "branch": _("branch"),
    "channel": _("Channel"),
    "purpose": _("Purpose"),
    "state": _("State"),
    "text_version": _("Text version"),
    "source": _("Source"),
    "at": _("Time"),
    "consents": _("Consents"),
}


@dataclass(frozen=True, kw_only=True)
class MappingChoice:
    name: str
    title: str
    kind: str


def mapping_choices() -> list[MappingChoice]:
    """The mappings that come with the house, and the bank's own in ``mappings`` of its data folder."""
    choices = []
    for path in _mapping_files().values():
        try:
            mapping = load_mapping(path.read_text("utf-8"))
        except (MappingInvalid, UnicodeDecodeError):
            continue
        title = mapping.title.get(get_language() or "", "") or mapping.title.get("en", "") or mapping.name
        choices.append(MappingChoice(name=path.stem, title=title, kind=mapping.kind))
    return choices


def mapping_text(name: str) -> str:
    """:raises MappingUnknown"""
    path = _mapping_files().get(name)
    if path is None:
        raise MappingUnknown(name=name)
    return path.read_text("utf-8")


def _mapping_files() -> dict[str, Path]:
    own = Path(settings.HUIQUN_VAR) / "mappings"
    return {path.stem: path for folder in (SHIPPED, own) for path in sorted(folder.glob("*.toml"))}


def import_runs(staff: Staff) -> ImportQuerySet:
    return ImportRun.objects.visible_to(staff).select_related("by")


def visible_import(import_id: int, staff: Staff) -> ImportRun:
    """:raises NotFound"""
    run: ImportRun | None = import_runs(staff).filter(pk=import_id).first()
    if run is None:
        raise NotFound
    return run


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    line: int
    column: str
    value: str
    reason: str


def refused_lines(run: ImportRun, *, limit: int | None = None) -> Iterator[RefusedLine]:
    """In the order of the file, reasons in the reader's language."""
    rows = run.refusals.order_by("line", "id")
    for row in rows[:limit] if limit else rows.iterator(chunk_size=2_000):
        sentence = gettext(SENTENCES.get(row.code, row.code))
        reason = sentence % row.values if row.values else sentence
        yield RefusedLine(line=row.line, column=row.column, value=row.value, reason=reason)


def refused_csv(run: ImportRun) -> Iterator[str]:
    header = [gettext("Line"), gettext("Column"), pgettext("data", "Value"), gettext("Reason")]
    rows = ((str(row.line), row.column, row.value, row.reason) for row in refused_lines(run))
    return csv_lines(chain([header], rows))


def failure_sentence(run: ImportRun) -> str:
    """Why the run failed, in the reader's language."""
    if not run.failure:
        return ""
    sentence, values = run.failure["sentence"], run.failure["values"]
    return gettext(sentence) % {key: gettext(value) if value else value for key, value in values.items()}


def preview_header(run: ImportRun) -> list[str]:
    labels = []
    for column in run.preview.get("columns", ()):
        if column.startswith("attributes."):
            labels.append(column.removeprefix("attributes."))
        elif column in COLUMN_LABELS:
            labels.append(str(COLUMN_LABELS[column]))
        else:
            labels.append(str(Customer._meta.get_field(column).verbose_name))  # type: ignore[union-attr]
    return labels
