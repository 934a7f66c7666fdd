"""Activities and seats for tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from huiqun.communities import activity_actions as actions
from huiqun.communities.models.activities import Activity, Registration
from huiqun.communities.queries.activities import code_of
from tests.conftest import make_staff
from tests.makers.customers import make_customer

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_ordinals = count(1)


def activity_terms(**over: Any) -> actions.ActivityTerms:
    values: dict[str, Any] = {
        "kind": "salon",
        "title": "家庭资产配置沙龙",
        "words": "请理财师与您聊聊家庭账本怎么记。",
        "place": "西溪支行二楼",
        "link": "",
        "data_use": "仅用于本次活动。",
        "starts_at": NOW + timedelta(hours=10),
        "ends_at": NOW + timedelta(hours=12),
        "sign_up_until": NOW + timedelta(hours=9),
        "capacity": 2,
    }
    return actions.ActivityTerms(**(values | over))


def make_activity(*, branch: Any, is_open: bool = True, **over: Any) -> Activity:
    ordinal = next(_ordinals)
    by = make_staff(f"activity-planner-{ordinal}", branch, "operator")
    pk = actions.save_activity(activity_id=None, terms=activity_terms(**over), by=by, now=NOW)
    if is_open:
        actions.submit_activity(activity_id=pk, by=by, now=NOW)
        approver = make_staff(f"activity-opener-{ordinal}", branch, "compliance_reviewer")
        seen = Activity.objects.get(pk=pk).digest
        actions.decide_activity(activity_id=pk, approve=True, seen=seen, by=approver, now=NOW)
    return Activity.objects.get(pk=pk)


def sign_up(activity: Activity, customer: Any, **over: Any) -> actions.SignedUp:
    values: dict[str, Any] = {"agreed": True, "portrait": False, "now": NOW}
    return actions.sign_up(
        activity_id=activity.pk,
        customer_id=customer.pk,
        branch_path=customer.branch.path,
        **(values | over),
    )


def make_seat(*, activity: Activity, customer: Any = None) -> Registration:
    customer = customer or make_customer(branch=activity.branch)
    return Registration.objects.get(pk=sign_up(activity, customer).registration_id)


def own_activity(customer: Any) -> int:
    activity = make_activity(branch=customer.branch)
    make_seat(activity=activity, customer=customer)
    return activity.pk


__all__ = ["activity_terms", "code_of", "make_activity", "make_seat", "own_activity", "sign_up"]
