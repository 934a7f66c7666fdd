"""Referral programmes for tests."""

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from huiqun.benefits import actions
from huiqun.benefits.models import Invitation, ReferralLink, ReferralProgramme
from huiqun.benefits.rules import Way
from huiqun.benefits.rules.referral import ProgrammeTerms
from huiqun.foundation import lake
from tests.conftest import make_staff
from tests.makers.benefits import make_benefit

FIRST = date(2026, 11, 1)


def make_programme(*, branch: Any, now: datetime, opened: bool = True, **over: Any) -> ReferralProgramme:
    rewards = {"way": Way.GRANT, "quantity": over.pop("quantity", 100), "value_fen": 10_000}
    mine, theirs = (
        make_benefit(branch=branch, name=f"{who}100元商城券", **rewards) for who in ("邀请人", "新客")
    )
    values = {
        "name": "老带新：双方各得100元商城券",
        "words": "邀请新客开户，双方各得100元商城券一张。",
        "referrer_benefit_id": mine.pk,
        "referee_benefit_id": theirs.pk,
        "first_day": FIRST,
        "last_day": date(2026, 12, 31),
    }
    number = ReferralProgramme.objects.count()
    planner, opener = (make_staff(f"{who}{number}", branch, "marketer") for who in ("planner", "opener"))
    programme_id = actions.plan_referral(terms=ProgrammeTerms(**(values | over)), by=planner, now=now)
    if opened:
        actions.open_referral(programme_id=programme_id, by=opener, now=now)
    return ReferralProgramme.objects.get(pk=programme_id)


def invite(programme: Any, referrer: Any, referee: Any, *, at: datetime, device: str = "") -> Invitation:
    """``referee``'s number is given under ``referrer``'s link."""
    token = actions.referral_link(programme_id=programme.pk, customer_id=referrer.pk, now=at)
    actions.accept_invitation(token=token, phone=referee.phone, device=device, now=at)
    link = ReferralLink.objects.get(token=token)
    return Invitation.objects.filter(programme=programme).select_related("link").get(link=link, invited_at=at)


def deliver(rows: list[tuple[Any, str, date]], *, now: datetime, name: str = "t") -> None:
    """Transactions of (customer, kind, day) come to the lake."""
    schema = lake.DATASETS["transactions"].schema
    table = pa.Table.from_pylist(
        [
            {
                "event_id": f"{name}{number}",
                "at": now - timedelta(days=1),
                "dt": day,
                "customer_id": customer.pk,
                "kind": kind,
                "amount_fen": 0,
                "source": "delivered",
            }
            for number, (customer, kind, day) in enumerate(rows)
        ],
        schema=schema,
    )
    lake.stage("transactions", table, partition=f"{now:%Y-%m}-{name}")
    lake.publish(now=now)
