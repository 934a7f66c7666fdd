"""Whom we tell of what: whoever set an alert of a size and whoever made the audience, and analysts of the data."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from huiqun.audiences.events import (
    AudienceSizeMoved,
    DeliveryLate,
    DeliveryRefused,
    DeliveryTakenIn,
)
from huiqun.audiences.models import Audience, Delivery, DeliveryState, SizeWatch
from huiqun.audiences.queries.lakes import late_sources
from huiqun.foundation import facts, notices
from huiqun.foundation.models import Fact, Staff
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date

MOVED, LATE = AudienceSizeMoved.kind(), DeliveryLate.kind()
REFUSED, ROWS_REFUSED = DeliveryRefused.kind(), DeliveryTakenIn.kind()


def tell_of_size(
    audience: Audience, watch: SizeWatch, event: AudienceSizeMoved, *, fact_id: int, at: datetime
) -> None:
    """Only those who still see the audience: people move to other branches."""
    asked = Staff.objects.filter(pk__in=[pk for pk in (watch.set_by_id, audience.created_by_id) if pk])
    notices.tell(
        MOVED,
        fact_id,
        to=[each for each in asked if Audience.objects.visible_to(each).filter(pk=audience.pk).exists()],
        values={
            "name": audience.name,
            "before": f"{event.before:,}",
            "after": f"{event.after:,}",
            "percent": f"{event.percent:+d}",
        },
        link=reverse("audiences:audience_members", args=[audience.pk]),
        at=at,
    )


def tell_of_delivery(delivery: Delivery, *, fact_id: int) -> None:
    """A file that was refused, or some of whose rows were; the rest is no news."""
    if delivery.state == DeliveryState.TAKEN_IN and not delivery.refused:
        return
    notices.tell(
        REFUSED if delivery.state == DeliveryState.REFUSED else ROWS_REFUSED,
        fact_id,
        to=_of_the_data(),
        values={"file": delivery.name, "refused": f"{delivery.refused:,}"},
        link=reverse("audiences:delivery_page", args=[delivery.pk]),
        at=delivery.received_at,
    )


@transaction.atomic
def tell_of_late_deliveries(*, now: datetime) -> int:
    """Once a day for each source whose file is overdue; how many were new."""
    today = local_date(now)
    told = Fact.objects.filter(kind=LATE, at__gte=now - timedelta(days=2))
    known = {(body["source"], body["day"]) for body in told.values_list("body", flat=True)}
    new = [each for each in late_sources(now=now) if (each.name, today.isoformat()) not in known]
    for source in new:
        event = DeliveryLate(source=source.name, dataset=source.dataset, day=today)
        fact_id = facts.record(event, at=now)
        values = {"source": source.label, "due": source.due}
        notices.tell(
            LATE, fact_id, to=_of_the_data(), values=values, link=reverse("audiences:lake_page"), at=now
        )
    return len(new)


def _of_the_data() -> list[Staff]:
    return list(Staff.objects.with_role(Role.ANALYST))
