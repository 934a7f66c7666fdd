"""What a rule means, told a second time: slowly, over plain Python rows, without SQL."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def chosen(rule: Any, rows: Rows, today: date) -> set[int]:
    return {row["customer_id"] for row in rows["profiles"] if holds(rule, row, rows, today)}


def holds(rule: Any, person: Mapping[str, Any], rows: Rows, today: date) -> bool:
    if "all" in rule:
        return all(holds(each, person, rows, today) for each in rule["all"])
    if "any" in rule:
        return any(holds(each, person, rows, today) for each in rule["any"])
    if "not" in rule:
        return not holds(rule["not"], person, rows, today)
    value = value_of(rule, person, rows, today)
    if rule["op"] == "is_missing":
        return value is None
    if rule["op"] == "is_known":
        return value is not None
    if value is None:
        return rule.get("missing") == "include"
    return compare(rule["op"], value, wanted(rule, today), today)


def wanted(rule: Any, today: date) -> Any:
    value = rule["value"]
    if rule["field"] == "profile.birthday_month":
        months = {"this": today.month, "next": today.month % 12 + 1}
        return (
            [months.get(each, each) for each in value]
            if isinstance(value, list)
            else months.get(value, value)
        )
    if rule["op"].endswith("_days"):
        return value
    if rule["field"] in MONEY:
        return [each * 100 for each in value] if isinstance(value, list) else value * 100
    if rule["field"] in DAYS:
        return (
            [date.fromisoformat(each) for each in value]
            if isinstance(value, list)
            else date.fromisoformat(value)
        )
    return value


MONEY = {"holdings.amount", "holdings.maturing", "aum.now", "transactions.sum"}
DAYS = {
    "profile.opened",
    "profile.risk_assessed",
    "holdings.next_maturity",
    "transactions.last",
    "app_events.last",
}


def compare(op: str, value: Any, wanted: Any, today: date) -> bool:
    tests = {
        "eq": lambda: value == wanted,
        "on": lambda: value == wanted,
        "ne": lambda: value != wanted,
        "gt": lambda: value > wanted,
        "after": lambda: value > wanted,
        "gte": lambda: value >= wanted,
        "lt": lambda: value < wanted,
        "before": lambda: value < wanted,
        "lte": lambda: value <= wanted,
        "between": lambda: wanted[0] <= value <= wanted[1],
        "in": lambda: value in wanted,
        "not_in": lambda: value not in wanted,
        "contains": lambda: wanted in value,
        "starts_with": lambda: value.startswith(wanted),
        "last_days": lambda: 0 <= (today - value).days < wanted,
        "next_days": lambda: 0 <= (value - today).days <= wanted,
        "older_than_days": lambda: (today - value).days > wanted,
    }
    return bool(tests[op]())


def value_of(rule: Any, person: Mapping[str, Any], rows: Rows, today: date) -> Any:
    field, given = rule["field"], rule.get("with", {})
    customer = person["customer_id"]
    if field.startswith("attribute"):
        return _attribute(field, customer, rows)
    if field == "profile.age":
        born = person.get("birth_date")
        return (
            None
            if born is None
            else today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        )
    if field == "profile.opened_days":
        return None if person.get("opened_date") is None else (today - person["opened_date"]).days
    if field == "profile.birthday_month":
        return None if person.get("birth_date") is None else person["birth_date"].month
    columns = {"opened": "opened_date", "risk_assessed": "risk_assessed_date", "branch": "branch_id"}
    group, _dot, name = field.partition(".")
    if group == "profile":
        return person.get(columns.get(name, name))
    return {
        "holdings": _holding,
        "aum": _aum,
        "transactions": _transaction,
        "app_events": _app,
        "sequence": _sequence,
    }[group](name, given, customer, rows, today)


def _attribute(field: str, customer: int, rows: Rows) -> Any:
    family, _colon, name = field.partition(":")
    values = [
        row["value"] for row in rows["attributes"] if (row["customer_id"], row["name"]) == (customer, name)
    ]
    if not values or values[0] is None:
        return None
    if family == "attribute":
        return values[0]
    try:
        number = Decimal(values[0])
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _newest(dataset: str, until: date, rows: Rows) -> date | None:
    return max((row["dt"] for row in rows[dataset] if row["dt"] <= until), default=None)


def _holding(name: str, given: Any, customer: int, rows: Rows, today: date) -> Any:
    newest = _newest("holdings", today, rows)
    kinds = _several(given.get("product_kind"))
    held = [
        row
        for row in rows["holdings"]
        if row["customer_id"] == customer
        and row["dt"] == newest
        and (not kinds or row["product_kind"] in kinds)
    ]
    ahead = [row for row in held if row["matures_date"] and row["matures_date"] >= today]
    if name == "amount":
        return sum(row["amount_fen"] for row in held)
    if name == "products":
        return len({row["product_code"] for row in held})
    if name == "kinds":
        return len({row["product_kind"] for row in held})
    if name == "maturing":
        limit = today + timedelta(days=given.get("days", 30))
        return sum(row["amount_fen"] for row in ahead if row["matures_date"] <= limit)
    return min((row["matures_date"] for row in ahead), default=None)


def _aum(name: str, given: Any, customer: int, rows: Rows, today: date) -> Any:
    def at(until: date) -> Any:
        newest = _newest("aum", until, rows)
        found = [
            row["aum_fen"] for row in rows["aum"] if (row["customer_id"], row["dt"]) == (customer, newest)
        ]
        return found[0] if found else None

    now = at(today)
    if name == "now":
        return now
    then = at(today - timedelta(days=given.get("days", 90)))
    return None if now is None or then is None or then <= 0 else (now - then) * 100 / then


def _transaction(name: str, given: Any, customer: int, rows: Rows, today: date) -> Any:
    kinds = _several(given.get("product_kind"))
    found = [
        row
        for row in _recent("transactions", given, customer, rows, today)
        if not kinds or row["product_kind"] in kinds
    ]
    if name == "count":
        return len(found)
    if name == "sum":
        return sum(row["amount_fen"] or 0 for row in found)
    return max((row["dt"] for row in found), default=None)


def _app(name: str, given: Any, customer: int, rows: Rows, today: date) -> Any:
    topics = _several(given.get("topic"))
    found = [
        row
        for row in _recent("app_events", given, customer, rows, today)
        if not topics or row["topic"] in topics
    ]
    return len(found) if name == "count" else max((row["dt"] for row in found), default=None)


def _recent(dataset: str, given: Any, customer: int, rows: Rows, today: date) -> list[Mapping[str, Any]]:
    days, kinds = given.get("days", 30), _several(given.get("kind"))
    return [
        row
        for row in rows[dataset]
        if row["customer_id"] == customer
        and 0 <= (today - row["dt"]).days < days
        and (not kinds or row["kind"] in kinds)
    ]


def _sequence(name: str, given: Any, customer: int, rows: Rows, today: date) -> bool:
    def when(which: str) -> list[Any]:
        dataset, kind = given[which].split(".")
        about = _several(given.get(f"{which}_about"))
        column = "product_kind" if dataset == "transactions" else "topic"
        found = _recent(dataset, {"days": given.get("days", 30), "kind": kind}, customer, rows, today)
        return [row["at"] for row in found if not about or row[column] in about]

    did, later = when("did"), when("not")
    return bool(did) and not any(at > max(did) for at in later)


def _several(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)
