"""The mapping: a TOML file that says which column is which field, and in what words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from huiqun.customers.files.values import CONSENT_PARSERS, PARSERS, TRANSFORMS
from huiqun.customers.rules import IDENTIFIERS, MappingInvalid
from huiqun.lib.channels import Channel, Purpose
from huiqun.lib.words import gettext_noop as _

Kind = Literal["customers", "consents"]
Otherwise = Literal["refuse", "null", "keep"]
DELIMITERS = {",", ";", "\t", "|", "^", "\x01"}
TOP = {"name", "kind", "title", "number", "file", "branch", "fields", "attributes", "consents"}
SOURCE_KEYS = {"column", "constant", "values", "otherwise", "transform", "nulls", "optional"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where one field's text comes from. ``values`` translates words; a word that it lacks is refused
    unless ``otherwise`` keeps it or makes it null."""

    column: str = ""
    constant: str | None = None
    values: Mapping[str, str] | None = None
    otherwise: Otherwise = "refuse"
    transforms: tuple[str, ...] = ()
    nulls: frozenset[str] = frozenset({""})
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class ConsentSource:
    """A column of the customers' file that answers for one channel and purpose."""

    channel: str
    purpose: str
    answer: Source
    given: frozenset[str]
    withdrawn: frozenset[str]
    at: Source
    text_version: Source
    source: Source


@dataclass(frozen=True, kw_only=True)
class FileMapping:
    name: str
    kind: Kind
    title: Mapping[str, str] = field(default_factory=dict)
    numbered_by_line: bool = False
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8-sig"
    has_header: bool = True
    columns: tuple[str, ...] = ()
    sheet: str = ""
    branch: Source | None = None
    fields: Mapping[str, Source] = field(default_factory=dict)
    attributes: Mapping[str, Source] = field(default_factory=dict)
    consents: tuple[ConsentSource, ...] = ()

    def sources(self) -> list[Source]:
        found = [*self.fields.values(), *self.attributes.values()]
        found += [self.branch] if self.branch else []
        for consent in self.consents:
            found += [consent.answer, consent.at, consent.text_version, consent.source]
        return found


def load_mapping(text: str) -> FileMapping:
    """:raises MappingInvalid saying where and what"""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise MappingInvalid(where="TOML", what=str(problem)) from None
    _known(data, TOP, "")
    kind = data.get("kind", "customers")
    if kind not in ("customers", "consents"):
        raise MappingInvalid(where="kind", what=_("either customers or consents"))
    return _customers(data) if kind == "customers" else _consents(data)


def _customers(data: Mapping[str, Any]) -> FileMapping:
    nulls = _file_nulls(data)
    fields = _sources(data, "fields", nulls)
    _only(fields, PARSERS, "fields")
    by_line = data.get("number") == "line"
    if by_line == ("number" in fields):
        raise MappingInvalid(where="fields.number", what=_('needed, unless number = "line" stands on top'))
    attributes = _sources(data, "attributes", nulls)
    _keep_identifiers_out(fields, attributes)
    return FileMapping(
        **_file(data),
        kind="customers",
        numbered_by_line=by_line,
        branch=_branch(data, nulls),
        fields=fields,
        attributes=attributes,
        consents=tuple(
            _consent(part, place, nulls) for place, part in enumerate(data.get("consents", ()), 1)
        ),
    )


def _consents(data: Mapping[str, Any]) -> FileMapping:
    fields = _sources(data, "fields", _file_nulls(data))
    _only(fields, CONSENT_PARSERS, "fields")
    if missing := [name for name in CONSENT_PARSERS if name not in fields]:
        raise MappingInvalid(where=f"fields.{missing[0]}", what=_("needed in a file of consents"))
    return FileMapping(**_file(data), kind="consents", fields=fields)


def _file(data: Mapping[str, Any]) -> dict[str, Any]:
    part = _table(data, "file")
    _known(part, {"delimiter", "quote", "encoding", "header", "columns", "sheet", "nulls"}, "file.")
    encoding, delimiter = str(part.get("encoding", "utf-8")), str(part.get("delimiter", ","))
    try:
        "".encode(encoding)
    except LookupError:
        raise MappingInvalid(where="file.encoding", what=encoding) from None
    if delimiter not in DELIMITERS:
        raise MappingInvalid(where="file.delimiter", what=delimiter)
    columns = tuple(map(str, part.get("columns", ())))
    if not part.get("header", True) and not columns:
        raise MappingInvalid(where="file.columns", what=_("needed when there is no header line"))
    name = str(data.get("name", "")).strip()
    if not name or len(name) > 60:
        raise MappingInvalid(where="name", what=_("needed, at most 60 characters"))
    return {
        "name": name,
        "title": _title(data.get("title", name)),
        "delimiter": delimiter,
        "quote": str(part.get("quote", '"')),
        "encoding": "utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding,
        "has_header": bool(part.get("header", True)),
        "columns": columns,
        "sheet": str(part.get("sheet", "")),
    }


def _title(title: Any) -> Mapping[str, str]:
    return dict(title) if isinstance(title, dict) else {"en": str(title)}


def _branch(data: Mapping[str, Any], nulls: frozenset[str]) -> Source:
    part = dict(_table(data, "branch"))
    if "code" in part:
        part["constant"] = part.pop("code")
    if not part:
        raise MappingInvalid(where="branch", what=_('say column = "…" or code = "…"'))
    return _source(part, "branch", nulls)


def _consent(part: Any, place: int, nulls: frozenset[str]) -> ConsentSource:
    where = f"consents.{place}"
    if not isinstance(part, dict):
        raise MappingInvalid(where=where, what=_("write [[consents]]"))
    keys = {"channel", "purpose", "column", "given", "withdrawn", "at", "text_version", "source", "optional"}
    _known(part, keys, f"{where}.")
    for key in ("channel", "purpose", "column", "given", "at", "text_version", "source"):
        if key not in part:
            raise MappingInvalid(where=f"{where}.{key}", what=_("needed"))
    if part["channel"] not in set(Channel) or part["purpose"] not in set(Purpose):
        raise MappingInvalid(where=where, what=_("unknown channel or purpose"))
    optional = bool(part.get("optional", False))
    return ConsentSource(
        channel=part["channel"],
        purpose=part["purpose"],
        answer=Source(column=str(part["column"]), nulls=nulls, optional=optional),
        given=frozenset(map(str, part["given"])),
        withdrawn=frozenset(map(str, part.get("withdrawn", ()))),
        at=_source(part["at"], f"{where}.at", nulls),
        text_version=_source(part["text_version"], f"{where}.text_version", nulls),
        source=_source(part["source"], f"{where}.source", nulls),
    )


def _sources(data: Mapping[str, Any], section: str, nulls: frozenset[str]) -> dict[str, Source]:
    return {name: _source(part, f"{section}.{name}", nulls) for name, part in _table(data, section).items()}


def _source(part: Any, where: str, nulls: frozenset[str]) -> Source:
    if isinstance(part, str):
        return Source(column=part, nulls=nulls)
    if not isinstance(part, dict):
        raise MappingInvalid(where=where, what=_("a column's name or a table"))
    _known(part, SOURCE_KEYS, f"{where}.")
    if ("column" in part) == ("constant" in part):
        raise MappingInvalid(where=where, what=_("say either column or constant"))
    otherwise = part.get("otherwise", "refuse")
    if otherwise not in ("refuse", "null", "keep"):
        raise MappingInvalid(where=f"{where}.otherwise", what=str(otherwise))
    steps = part.get("transform", ())
    transforms = (steps,) if isinstance(steps, str) else tuple(steps)
    if unknown := [name for name in transforms if name not in TRANSFORMS]:
        raise MappingInvalid(where=f"{where}.transform", what=str(unknown[0]))
    values = part.get("values")
    if values is not None and not isinstance(values, dict):
        raise MappingInvalid(where=f"{where}.values", what=_("a table of words"))
    return Source(
        column=str(part.get("column", "")),
        constant=str(part["constant"]) if "constant" in part else None,
        values={str(key): str(value) for key, value in values.items()} if values is not None else None,
        otherwise=cast(Otherwise, otherwise),
        transforms=transforms,
        nulls=nulls | frozenset(map(str, part.get("nulls", ()))),
        optional=bool(part.get("optional", False)),
    )


def _file_nulls(data: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({"", *map(str, _table(data, "file").get("nulls", ()))})


def _table(data: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    part = data.get(section, {})
    if not isinstance(part, dict):
        raise MappingInvalid(where=section, what=_("a table"))
    return part


def _known(data: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(data) - known):
        raise MappingInvalid(where=f"{where}{unknown[0]}", what=_("unknown key"))


def _only(fields: Mapping[str, Source], known: Mapping[str, Any], where: str) -> None:
    if unknown := sorted(set(fields) - set(known)):
        raise MappingInvalid(where=f"{where}.{unknown[0]}", what=_("unknown field"))


def _keep_identifiers_out(fields: Mapping[str, Source], attributes: Mapping[str, Source]) -> None:
    """Attributes go to the lake, which holds no identifiers."""
    personal = {fields[name].column for name in (*IDENTIFIERS, "number") if name in fields} - {""}
    for name, source in attributes.items():
        if source.column in personal or name in IDENTIFIERS:
            raise MappingInvalid(
                where=f"attributes.{name}", what=_("an identifier must not become an attribute")
            )
