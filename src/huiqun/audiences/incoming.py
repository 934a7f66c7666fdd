"""Events that other systems tell us of, on their way into the lake: the kinds that rules know, and the bank's own.

{"kind": "transactions.salary", "customer_number": "C0000001", "at": "2026-11-20T10:00:00+08:00",
 "values": {"amount_fen": 1250000}}
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from huiqun.audiences.fields.choices import APP_KINDS, TRANSACTION_KINDS
from huiqun.customers import queries as customers
from huiqun.foundation import lake
from huiqun.foundation.lake.staging import LakeRefused, LooksPersonal, fit
from huiqun.foundation.webhooks import inbox
from huiqun.foundation.webhooks.inbox import Heard
from huiqun.lib.days import local_date

TOP = {"kind", "customer_number", "at", "values"}
OURS = {"event_id", "at", "dt", "customer_id", "kind", "source"}
"""Columns that the sender does not fill in."""
AHEAD = timedelta(minutes=5)
BUILT_IN = {"transactions": TRANSACTION_KINDS, "app_events": APP_KINDS}


class Unfit(Exception):
    """Why one message is not taken in, as ``inbox.WHY`` names it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class _Event:
    dataset: str
    month: str
    row: pa.RecordBatch


def kinds() -> dict[str, str]:
    """Named dataset.kind. Touches are our own and nobody else's to tell."""
    found = {
        f"{dataset}.{choice.value}": choice.label for dataset, known in BUILT_IN.items() for choice in known
    }
    for dataset, own in lake.CATALOGUE.event_kinds.items():
        if dataset in lake.DATASETS and lake.DATASETS[dataset].is_events and dataset != "touches":
            found |= {f"{dataset}.{code}": label for code, label in own.items()}
    return found


def take(messages: Sequence[Heard], now: datetime) -> list[str]:
    """Stage what is sound, one file by dataset and month; the lake's worker publishes it within the minute. The same
    messages again are thinned out there by their event ids."""
    ids = _customers(messages)
    why, events = [], []
    for message in messages:
        try:
            events.append(_event(message, ids, now))
            why.append("")
        except Unfit as unfit:
            why.append(unfit.why)
    together: dict[tuple[str, str], list[pa.RecordBatch]] = defaultdict(list)
    for event in events:
        together[event.dataset, event.month].append(event.row)
    for (dataset, month), rows in sorted(together.items()):
        lake.stage(dataset, pa.Table.from_batches(rows), partition=month, source="webhook")
    return why


def _customers(messages: Sequence[Heard]) -> dict[tuple[str, str], int]:
    """Ids by branch and number: a source knows only customers of its own branches."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for message in messages:
        number = message.body.get("customer_number")
        if isinstance(number, str) and "\x00" not in number:
            numbers[message.branch_path].add(number)
    return {
        (path, number): customer_id
        for path, wanted in numbers.items()
        for number, customer_id in customers.ids_within(numbers=wanted, branch_path=path).items()
    }


def _event(message: Heard, ids: Mapping[tuple[str, str], int], now: datetime) -> _Event:
    """:raises Unfit"""
    body, (dataset, kind) = message.body, message.kind.split(".", 1)
    if set(body) - TOP or not isinstance(body.get("customer_number"), str):
        raise Unfit("wrong_fields")
    at = _moment(body.get("at"))
    if at > now + AHEAD:
        raise Unfit("in_the_future")
    customer_id = ids.get((message.branch_path, body["customer_number"]))
    if customer_id is None:
        raise Unfit("customer_unknown")
    told = hashlib.sha256(f"{message.source_id}:{message.message_id}".encode()).hexdigest()
    day = local_date(at)
    known = {"event_id": f"hook:{told[:32]}", "at": at, "dt": day, "customer_id": customer_id, "kind": kind}
    return _Event(dataset, f"{day:%Y-%m}", _row(dataset, known, body.get("values", {})))


def _row(dataset: str, known: Mapping[str, Any], values: Any) -> pa.RecordBatch:
    """:raises Unfit"""
    shape = lake.DATASETS[dataset]
    types = {column.name: column.type for column in shape.columns}
    if not isinstance(values, dict) or set(values) & OURS or set(values) - set(types):
        raise Unfit("wrong_fields")
    row = {**known, **{name: _value(types[name], value) for name, value in values.items()}}
    if "source" in types:
        row["source"] = "delivered"
    try:
        schema = pa.schema([(name, types[name]) for name in row])
        return fit(shape, pa.RecordBatch.from_pylist([row], schema=schema))
    except LooksPersonal:
        raise Unfit("looks_personal") from None
    except (LakeRefused, pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        raise Unfit("wrong_fields") from None


def _value(kind: pa.DataType, value: Any) -> Any:
    """JSON as the column has it. :raises Unfit"""
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        return _moment(value)
    if pa.types.is_date(kind):
        return _day(value)
    wanted: type = bool if pa.types.is_boolean(kind) else int if pa.types.is_integer(kind) else str
    if type(value) is not wanted or (isinstance(value, str) and len(value) > 200):
        raise Unfit("wrong_fields")
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unfit("wrong_fields") from None


def _moment(value: Any) -> datetime:
    """With its zone: a day cut out of an instant without one would be somebody else's day."""
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unfit("wrong_fields") from None
    if at.tzinfo is None:
        raise Unfit("wrong_fields")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise Unfit("wrong_fields") from None


inbox.register(kinds, take)
