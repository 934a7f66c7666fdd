"""The lake's datasets. A column that is not listed here cannot enter, so personal identifiers cannot."""

from dataclasses import dataclass

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
LIFECYCLES = ("new", "growing", "mature", "at_risk", "dormant")
CODE = r"^[a-z][a-z0-9_]{0,39}$"


@dataclass(frozen=True, kw_only=True)
class Column:
    """``values`` closes a list of codes; ``pattern`` is a regular expression that text must match;
    ``free`` marks text that people wrote, which is searched for personal identifiers."""

    name: str
    type: pa.DataType
    required: bool = False
    values: tuple[str | int, ...] = ()
    pattern: str = ""
    free: bool = False


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """``key`` may occur once in a file; where it is an event's id, once in the whole dataset."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def is_events(self) -> bool:
        return self.key == ("event_id",)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(column.name, column.type) for column in self.columns])


def _customer() -> Column:
    return Column(name="customer_id", type=pa.int64(), required=True)


def _day(name: str = "dt", *, required: bool = True) -> Column:
    return Column(name=name, type=pa.date32(), required=required)


def _code(name: str, *, required: bool = False) -> Column:
    return Column(name=name, type=pa.string(), required=required, pattern=CODE)


def _text(name: str, *, required: bool = False) -> Column:
    return Column(name=name, type=pa.string(), required=required, free=True)


def _money(name: str, *, required: bool = True) -> Column:
    return Column(name=name, type=pa.int64(), required=required)


def _name(name: str, *, required: bool = True) -> Column:
    return Column(name=name, type=pa.string(), required=required)


_EVENT = (
    _name("event_id"),
    Column(name="at", type=INSTANT, required=True),
    _day(),
    _customer(),
    _code("kind", required=True),
)

BUILT_IN: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            name="profiles",
            key=("customer_id",),
            columns=(
                _customer(),
                Column(name="branch_id", type=pa.int64(), required=True),
                _day("birth_date", required=False),
                Column(name="sex", type=pa.string(), values=("F", "M")),
                _text("occupation"),
                _text("income_band"),
                _text("city"),
                Column(name="risk_level", type=pa.int32(), values=(1, 2, 3, 4, 5)),
                _day("risk_assessed_date", required=False),
                Column(name="lifecycle", type=pa.string(), values=LIFECYCLES),
                _day("opened_date", required=False),
                Column(name="overdue", type=pa.bool_()),
            ),
        ),
        Dataset(
            name="attributes",
            key=("customer_id", "name"),
            columns=(_customer(), _text("name", required=True), _text("value")),
        ),
        Dataset(
            name="holdings",
            columns=(
                _day(),
                _customer(),
                _name("product_code"),
                _code("product_kind", required=True),
                _money("amount_fen"),
                _day("matures_date", required=False),
            ),
        ),
        Dataset(name="aum", key=("dt", "customer_id"), columns=(_day(), _customer(), _money("aum_fen"))),
        Dataset(
            name="transactions",
            key=("event_id",),
            columns=(
                *_EVENT,
                _code("product_kind"),
                _name("product_code", required=False),
                _money("amount_fen", required=False),
                Column(name="source", type=pa.string(), required=True, values=("delivered", "history")),
            ),
        ),
        Dataset(name="app_events", key=("event_id",), columns=(*_EVENT, _text("topic"))),
        Dataset(
            name="touches",
            key=("event_id",),
            columns=(
                *_EVENT,
                Column(name="campaign_id", type=pa.int64()),
                _code("channel"),
                _text("topic"),
            ),
        ),
    )
}
