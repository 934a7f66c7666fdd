"""What the stories of audiences share: a bank that takes in real files by its ordinary doors, and plain SQL
on the raw files beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from huiqun.audiences import actions, features, queries, rules
from huiqun.audiences.engine import Scope, engine
from huiqun.audiences.fields.configured import configured_fields
from huiqun.audiences.models import Delivery
from huiqun.audiences.rules.compiling import feature_key
from huiqun.audiences.rules.tree import leaves
from huiqun.customers import actions as customers
from huiqun.customers import queries as customer_queries
from huiqun.customers.actions.imports import ImportOutcome
from huiqun.customers.models import Customer
from huiqun.foundation import fields, lake
from huiqun.foundation.lake import configured
from huiqun.lib.days import local_date
from tests.shared import shared_file


class Raw:
    """Plain SQL on files as they were published; ``tables`` are paths below shared/data by name."""

    def __init__(self, **tables: str) -> None:
        self._connection = duckdb.connect()
        for name, path in tables.items():
            file = shared_file(f"data/{path}")
            source = f"'{file}'" if path.endswith("parquet") else f"read_csv('{file}', all_varchar = true)"
            self._connection.execute(f"CREATE VIEW {name} AS FROM {source}")

    def keep(self, name: str, query: str) -> None:
        """Worked out once, asked often."""
        self._connection.execute(f"CREATE TABLE {name} AS {query}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    def one(self, query: str) -> Any:
        ((value,),) = self.rows(query)
        return value

    def set(self, query: str) -> set[str]:
        return {str(value) for (value,) in self.rows(query)}

    def extract(self, path: Path, query: str) -> Path:
        """What the bank's own systems would deliver: a file with the columns of the query."""
        form = "FORMAT parquet" if path.suffix == ".parquet" else "FORMAT csv, HEADER, DELIMITER ','"
        self._connection.execute(f"COPY ({query}) TO '{path}' ({form})")
        return path


@dataclass
class Bank:
    """``numbers`` are the bank's numbers of all customers, by our id."""

    office: Any
    marketer: Any
    now: datetime
    numbers: dict[int, str]

    @classmethod
    def open(cls, *, file: Path, mapping: str, office: Any, marketer: Any, now: datetime) -> "Bank":
        """A bank after the first import of its customers; nobody is refused."""
        outcome: ImportOutcome = customers.import_customers(path=file, mapping_text=mapping, now=now)
        assert outcome.refused == 0
        customers.export_profiles(now=now)
        numbers = dict(Customer.objects.values_list("pk", "number"))
        return cls(office=office, marketer=marketer, now=now, numbers=numbers)

    def deliver(self, path: Path) -> Delivery:
        """Put a file where the bank's systems put theirs, and take it in."""
        (delivery_id,) = actions.ingest_delivery(
            path, now=self.now, customer_ids=customer_queries.customer_ids_by_number
        )
        delivery = Delivery.objects.get(pk=delivery_id)
        assert not delivery.problem
        return delivery

    def count(self, rule: Any, *, today: date | None = None, branch_ids: Sequence[int] | None = None) -> int:
        return queries.count(rule=rule, branch_ids=branch_ids, today=today or local_date(self.now)).n

    def save(self, rule: Any, *, name: str = "客群") -> actions.SavedAudience:
        return actions.save_audience(
            name=name, rule=rule, branch_id=self.office.pk, by=self.marketer, now=self.now
        )

    def chosen(self, rule: Any, *, today: date | None = None) -> set[str]:
        """Numbers of those whom a saved audience has as its members; the count says as many."""
        today = today or local_date(self.now)
        saved = self.save(rule)
        ids = queries.members(audience_id=saved.audience_id, staff=self.marketer, today=today)
        assert self.count(rule, today=today) == len(ids)
        return {self.numbers[each] for each in ids}

    def off_the_features(self, rule: Any) -> set[str]:
        """Numbers of those whom the features of the day tell; each condition has its column there."""
        node, scope = rules.parse(rule), self._scope()
        state = features.find(lake_version=scope.lake_version, today=scope.today)
        asked = {feature_key(each) for each in leaves(node) if each.field.relation}
        assert state is not None and asked <= set(state.columns)
        return {self.numbers[each] for each in engine().chosen(node, scope)}

    def off_the_lake(self, rule: Any) -> set[str]:
        """Numbers of those whom the rule's SQL finds in the lake's files, and nothing else."""
        query = rules.compile_rule(rules.parse(rule), today=local_date(self.now), branch_ids=None)
        rows = lake.connect().execute(rules.sql_text(query)).fetchall()
        return {self.numbers[each] for (each,) in rows}

    def _scope(self) -> Scope:
        return Scope(today=local_date(self.now), lake_version=lake.version(), branch_ids=None)

    def frozen(self, rule: Any) -> set[str]:
        """Numbers of those whom a campaign would get, its control group included."""
        snapshot_id = actions.freeze_snapshot(
            audience_version_id=self.save(rule).version_id,
            key="campaign:1",
            branch_id=self.office.pk,
            by=self.marketer,
            now=self.now,
        )
        batches = list(queries.snapshot_batches(snapshot_id))
        ids = [each for batch in batches for each in batch.column("customer_id").to_pylist()]
        assert len(ids) == len(set(ids)) == queries.snapshot(snapshot_id).count
        return {self.numbers[each] for each in ids}


def leaf(field: str, op: str, value: Any = None, **arguments: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"field": field, "op": op}
    if value is not None:
        made["value"] = value
    return {**made, "with": arguments} if arguments else made


def every(*rules: Any) -> dict[str, Any]:
    return {"all": list(rules)}


def some(*rules: Any) -> dict[str, Any]:
    return {"any": list(rules)}


def none_of(rule: Any) -> dict[str, Any]:
    return {"not": rule}


def configure(text: str, *, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the program had started with this catalogue."""
    path = folder / "catalogue.yaml"
    path.write_text(text, "utf-8")
    made = configured.read(path, lake.DATASETS)
    monkeypatch.setattr(lake, "CATALOGUE", made)
    monkeypatch.setattr(fields, "_fields", dict(fields._fields))
    fields.register(*configured_fields(made))
    for name, shape in made.datasets.items():
        monkeypatch.setitem(lake.DATASETS, name, shape)  # type: ignore[arg-type]
