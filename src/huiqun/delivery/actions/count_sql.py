"""What counts against caps, quotas and priority, as aggregates over ``delivery_contactcount c``: the same for the
gate, which judges a whole run, and for the moment of marking, which judges a batch.

``today`` is SQL of the person's own day, ``channel`` the parameter that names the channel.
"""

from huiqun.delivery.rules.orders import Cap


def within_cap(cap: Cap, *, today: str, channel: str) -> str:
    wanted = [f"c.on_date > {today} - {int(cap.days)}"]
    if not cap.every_purpose:
        wanted.append("c.purpose = %(purpose)s")
    if cap.channel:
        wanted.append(f"c.channel = {channel}")
    if cap.topic:
        wanted.append("c.topic = %(topic)s")
    return _sum(" AND ".join(wanted))


def this_month(*, today: str, channel: str) -> str:
    return _sum(f"c.on_date >= date_trunc('month', {today}) AND c.channel = {channel}")


def highest_today(*, today: str) -> str:
    return f"max(c.priority) FILTER (WHERE c.on_date = {today} AND c.purpose = %(purpose)s)"


def _sum(condition: str) -> str:
    return f"sum(c.count) FILTER (WHERE {condition})"
