"""What is past its declared age goes, in batches; what is proof stays; what went is told once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from huiqun.delivery import actions
from huiqun.delivery.actions import forgetting
from huiqun.delivery.models import (
    AccountDay,
    ContactCount,
    Forgotten,
    Suppression,
    SuppressionLine,
    SuppressionList,
)
from huiqun.delivery.rules.retention import KINDS, AgesInvalid, ages
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.delivery import NOW, make_list, make_suppression

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

TODAY = date(2026, 11, 20)


def counts(days: list[int]) -> None:
    for number, ago in enumerate(days):
        ContactCount.objects.create(
            customer_id=number + 1,
            on_date=TODAY - timedelta(days=ago),
            purpose="marketing",
            channel="sms",
            count=1,
        )


def told() -> list[tuple[str, int]]:
    rows = Fact.objects.filter(kind="delivery.RowsForgotten").order_by("id")
    return [(fact.body["rows_of"], fact.body["count"]) for fact in rows]


def test_only_what_is_past_its_age_goes(head_office: Any) -> None:
    counts([401, 401, 400, 1])
    AccountDay.objects.create(account_id=1, on_date=TODAY - timedelta(days=401), count=5)
    gone = actions.forget_old(now=NOW)
    assert (gone["contact_counts"], gone["account_days"]) == (2, 1)
    assert ContactCount.objects.count() == 2
    assert told() == [("contact_counts", 2), ("account_days", 1)]
    actions.forget_old(now=NOW)
    assert len(told()) == 2


def test_goes_in_batches_and_no_further_than_a_nights_work(monkeypatch: Any) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    counts([500] * 7)
    assert actions.forget_old(now=NOW, batches=2)["contact_counts"] == 4
    assert actions.forget_old(now=NOW)["contact_counts"] == 3
    assert Forgotten.objects.get(pk="contact_counts").rows == 7


def test_killed_between_the_rows_and_the_fact_the_next_night_tells_both(monkeypatch: Any) -> None:
    counts([500, 500])
    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "_tell", killed)
        with pytest.raises(KeyboardInterrupt):
            actions.forget_old(now=NOW)
    assert not ContactCount.objects.exists() and told() == []
    row = ContactCount(
        customer_id=9, on_date=TODAY - timedelta(days=500), purpose="m", channel="sms", count=1
    )
    row.save()
    actions.forget_old(now=NOW)
    assert told() == [("contact_counts", 3)]


def killed(*_given: Any) -> int:
    raise KeyboardInterrupt


def test_lines_of_old_lists_go_and_the_lists_and_blocks_stay(head_office: Any, north: Any) -> None:
    old, young, discarded = (make_list(branch=head_office) for _ in range(3))
    SuppressionList.objects.filter(pk=old).update(state="applied", applied_at=NOW - timedelta(days=731))
    SuppressionList.objects.filter(pk=young).update(state="applied", applied_at=NOW - timedelta(days=729))
    SuppressionList.objects.filter(pk=discarded).update(
        state="discarded", brought_at=NOW - timedelta(days=31)
    )
    stands = make_suppression(branch=north)
    ended = make_suppression(branch=north, until_at=NOW - timedelta(days=731))
    gone = actions.forget_old(now=NOW)
    assert (gone["list_lines"], gone["discarded_lines"], gone["ended_blocks"]) == (1, 1, 1)
    assert set(SuppressionLine.objects.values_list("of_list_id", flat=True)) == {young}
    assert SuppressionList.objects.count() == 3
    assert (
        Suppression.objects.filter(pk=stands.pk).exists()
        and not Suppression.objects.filter(pk=ended.pk).exists()
    )


@pytest.mark.parametrize(
    "given", ["nonsense=3", "touches=", "touches=-1", "touches=30", "recipients=10", "touches"]
)
def test_an_age_that_means_nothing_or_is_too_short_stops_the_start(given: str) -> None:
    with pytest.raises(AgesInvalid):
        ages(given)


def test_a_bank_sets_its_own_ages() -> None:
    assert ages("touches = 90, list_lines=60")["touches"] == 90
    assert ages("")["touches"] == 400


def test_an_administrator_sees_what_is_kept_how_long(head_office: Any, client_of: Any) -> None:
    counts([500])
    actions.forget_old(now=NOW)
    admin, marketer = make_staff("a", head_office, "administrator"), make_staff("m", head_office, "marketer")
    answer = client_of(admin).get(reverse("delivery:retention_page"))
    assert answer.status_code == 200 and len(answer.context["keepings"]) == len(KINDS)
    (row,) = [each for each in answer.context["keepings"] if each.kept.kind == "contact_counts"]
    assert (row.days, row.last_rows) == (400, 1)
    assert client_of(marketer).get(reverse("delivery:retention_page")).status_code == 403
