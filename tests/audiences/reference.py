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


MONEY = {
    "holdings.amount",
    "holdings.before",
    "holdings.gained",
    "holdings.maturing",
    "aum.now",
    "aum.before",
    "aum.gained",
    "transactions.sum",
    "transactions.average",
    "transactions.greatest",
    "transactions.month_sum",
    "transactions.month_average",
}
DAYS = {
    "transactions.first",
    "app_events.first",
    "messages.last",
    "benefits.last",
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
    if field.startswith("score:"):
        return _attribute(f"attribute_number:{field}", customer, rows)
    if field.startswith("tag:"):
        return any((row["customer_id"], row["name"]) == (customer, field) for row in rows["attributes"])
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
    if group in ("messages", "campaigns", "benefits"):
        return _touch(name, given, customer, rows, today, group=group)
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
    if name == "before":
        return _amount(given, customer, rows, today - timedelta(days=given.get("days", 30)))
    if name == "gained":
        then = today - timedelta(days=given.get("days", 30))
        return _amount(given, customer, rows, today) - _amount(given, customer, rows, then)
    held = _held(given, customer, rows, today)
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


def _amount(given: Any, customer: int, rows: Rows, until: date) -> int:
    return sum(row["amount_fen"] for row in _held(given, customer, rows, until))


def _held(given: Any, customer: int, rows: Rows, until: date) -> list[Mapping[str, Any]]:
    newest = _newest("holdings", until, rows)
    kinds = _several(given.get("product_kind"))
    return [
        row
        for row in rows["holdings"]
        if row["customer_id"] == customer
        and row["dt"] == newest
        and (not kinds or row["product_kind"] in kinds)
    ]


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
    if name == "before":
        return then
    if name == "gained":
        return None if now is None or then is None else now - then
    return None if now is None or then is None or then <= 0 else (now - then) * 100 / then


def _transaction(name: str, given: Any, customer: int, rows: Rows, today: date) -> Any:
    kinds, least = _several(given.get("product_kind")), given.get("at_least")
    found = [
        row
        for row in _in_time("transactions", name, given, customer, rows, today)
        if (not kinds or row["product_kind"] in kinds)
        and (least is None or (row["amount_fen"] is not None and row["amount_fen"] >= least * 100))
    ]
    amounts = [row["amount_fen"] for row in found if row["amount_fen"] is not None]
    values = {
        "sum": lambda: sum(amounts),
        "month_sum": lambda: sum(amounts),
        "month_average": lambda: sum(amounts) / given.get("months", 1),
        "average": lambda: sum(amounts) / len(amounts) if amounts else None,
        "greatest": lambda: max(amounts, default=None),
        "products": lambda: len({row["product_code"] for row in found} - {None}),
    }
    return values[name]() if name in values else _plainly(name, found)


def _app(name: str, given: Any, customer: int, rows: Rows, today: date) -> Any:
    topics = _several(given.get("topic"))
    found = [
        row
        for row in _in_time("app_events", name, given, customer, rows, today)
        if not topics or row["topic"] in topics
    ]
    return len({row["topic"] for row in found} - {None}) if name == "topics" else _plainly(name, found)


def _plainly(name: str, found: Sequence[Mapping[str, Any]]) -> Any:
    days = [row["dt"] for row in found]
    values = {
        "count": lambda: len(days),
        "month_count": lambda: len(days),
        "days": lambda: len(set(days)),
        "months_active": lambda: len({(each.year, each.month) for each in days}),
        "first": lambda: min(days, default=None),
        "last": lambda: max(days, default=None),
    }
    return values[name]()


def _in_time(
    dataset: str, name: str, given: Any, customer: int, rows: Rows, today: date
) -> list[Mapping[str, Any]]:
    if not name.startswith("month"):
        return _recent(dataset, given, customer, rows, today)
    last = today.year * 12 + today.month - 1
    months, period = given.get("months", 1), given.get("period", "last")
    until = {"this": last, "last": last - 1, "year_before": last - 13}[period]
    everything = _recent(dataset, {**given, "days": 10_000}, customer, rows, today)
    return [row for row in everything if until - months < row["dt"].year * 12 + row["dt"].month - 1 <= until]


TOUCHES = {
    "sent": ("sent",),
    "clicked": ("clicked",),
    "undelivered": ("failed", "bounced"),
    "unsubscribed": ("unsubscribed",),
    "complained": ("complained",),
    "touched": ("sent", "delivered"),
    "joined": ("joined",),
    "interested": ("interested",),
    "converted": ("converted",),
    "control": ("control",),
    "claimed": ("claimed",),
    "used": ("used",),
}


def _touch(name: str, given: Any, customer: int, rows: Rows, today: date, *, group: str = "") -> Any:
    channels, campaign = _several(given.get("channel")), given.get("campaign")
    found = [
        row
        for row in _recent("touches", {"days": given.get("days", 90)}, customer, rows, today)
        if (not channels or row["channel"] in channels)
        and (campaign is None or row["campaign_id"] == campaign)
    ]
    if name == "clicked_only":
        return _clicked_only(found, given.get("within", 7), today)
    if name == "last":
        kind = "sent" if group == "messages" else "claimed"
        return max((row["dt"] for row in found if row["kind"] == kind), default=None)
    times = sum(row["kind"] in TOUCHES[name] for row in found)
    is_flag = group == "campaigns" or name in ("unsubscribed", "complained")
    return times > 0 if is_flag else times


def _clicked_only(found: Sequence[Mapping[str, Any]], within: int, today: date) -> bool:
    for campaign in {row["campaign_id"] for row in found} - {None}:
        of_it = [row for row in found if row["campaign_id"] == campaign]
        clicks = [row for row in of_it if row["kind"] == "clicked"]
        if not clicks:
            continue
        first = min(clicks, key=lambda row: row["at"])
        over = (today - first["dt"]).days > within
        converted = any(
            row["kind"] == "converted"
            and row["at"] >= first["at"]
            and (row["dt"] - first["dt"]).days <= within
            for row in of_it
        )
        if over and not converted:
            return True
    return False


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
    def deeds(which: str, days: int) -> list[Mapping[str, Any]]:
        dataset, kind = given[which].split(".")
        about = _several(given.get(f"{which}_about"))
        column = "product_kind" if dataset == "transactions" else "topic"
        found = _recent(dataset, {"days": days, "kind": kind}, customer, rows, today)
        return [row for row in found if not about or row[column] in about]

    if name == "no_more":
        days = given.get("days", 90)
        return bool(deeds("did", 10_000)) and not deeds("did", days)
    days, within = given.get("days", 30), given.get("within", 7)
    did, later = deeds("did", days), deeds("then" if name == "then" else "not", days)
    if name == "not_since":
        return bool(did) and not any(row["at"] > max(each["at"] for each in did) for row in later)

    def follows(one: Mapping[str, Any]) -> bool:
        return any(row["at"] > one["at"] and (row["dt"] - one["dt"]).days <= within for row in later)

    if name == "then":
        return any(follows(one) for one in did)
    first = min(did, key=lambda row: row["at"], default=None)
    return first is not None and (today - first["dt"]).days > within and not follows(first)


def _several(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)
