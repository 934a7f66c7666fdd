"""A plan's frequency caps: as they are approved, and as delivery is told them."""

from collections.abc import Mapping
from typing import Any, Protocol

from huiqun.delivery.actions import Caps


class HasCaps(Protocol):
    cap_count: int
    cap_days: int
    topic_cap_count: int | None
    topic_cap_days: int | None
    overall_cap_count: int | None
    overall_cap_days: int | None


def caps_for_dossier(plan: HasCaps) -> dict[str, Any]:
    """A cap that is not set is not in the dossier."""
    caps: dict[str, Any] = {"count": plan.cap_count, "days": plan.cap_days}
    if plan.topic_cap_count and plan.topic_cap_days:
        caps["topic"] = {"count": plan.topic_cap_count, "days": plan.topic_cap_days}
    if plan.overall_cap_count and plan.overall_cap_days:
        caps["overall"] = {"count": plan.overall_cap_count, "days": plan.overall_cap_days}
    return caps


def caps_of(policy: Mapping[str, Any]) -> Caps:
    """All channels are counted together: a person counts messages, not channels."""
    topic, overall = policy.get("topic") or {}, policy.get("overall") or {}
    return Caps(
        all_channels_limit=policy["count"],
        all_channels_days=policy["days"],
        per_topic_limit=topic.get("count", 1),
        per_topic_days=topic.get("days", 0),
        overall_limit=overall.get("count", 1),
        overall_days=overall.get("days", 0),
    )
