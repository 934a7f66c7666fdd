"""Who is told of audiences that move and of deliveries that fail."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiqun.audiences import actions
from huiqun.foundation import lake, notices
from huiqun.foundation.lake import Source
from huiqun.foundation.models import Fact, Notice
from tests.conftest import make_staff
from tests.makers.audiences import NOW, make_audience, make_lake, profile

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ALL = {"field": "profile.sex", "op": "eq", "value": "F"}
SOURCE = Source(
    name="core-flow",
    label="核心流水",
    files="core_*",
    dataset="transactions",
    columns={
        "客户编号": "number",
        "交易流水": "event_id",
        "时间": "at",
        "类型": "kind",
        "金额": "amount_fen",
    },
    rhythm=1,
    due=time(6, 30),
)


def told(staff: Any) -> list[str]:
    return [notices.shown(each).words for each in Notice.objects.of(staff).order_by("id")]


def moves(branch: Any, audience: Any) -> None:
    """A hundred one day, fifty the next."""
    for days, many in enumerate((100, 50)):
        make_lake(
            now=NOW + days * DAY, profiles=[profile(each, branch, sex="F") for each in range(1, many + 1)]
        )
        actions.refresh_membership(audience_id=audience.pk, now=NOW + days * DAY)


def test_who_set_the_alert_and_who_made_the_audience_are_told_once(
    north: Any, marketer: Any, second_marketer: Any, analyst: Any
) -> None:
    audience = make_audience(branch=north, name="女性客户", rule=ALL, by=second_marketer)
    actions.watch_size(audience_id=audience.pk, percent=20, by=marketer, now=NOW)
    moves(north, audience)
    actions.refresh_membership(audience_id=audience.pk, now=NOW + DAY)
    for staff in (marketer, second_marketer):
        assert told(staff) == ["客群“女性客户”人数较前一日由 100 变为 50（-50%）。"]
    assert told(analyst) == []
    assert Notice.objects.of(marketer).get().link == f"/audiences/{audience.pk}/members/"


def test_nobody_is_told_who_sees_the_audience_no_more(
    north: Any, south: Any, marketer: Any, second_marketer: Any
) -> None:
    audience = make_audience(branch=north, rule=ALL, by=second_marketer)
    actions.watch_size(audience_id=audience.pk, percent=20, by=marketer, now=NOW)
    marketer.branch = south
    marketer.save()
    second_marketer.is_active = False
    second_marketer.save()
    moves(north, audience)
    assert Fact.objects.filter(kind="audiences.AudienceSizeMoved").exists()
    assert not Notice.objects.exists()


def test_nobody_is_told_without_an_alert(north: Any, marketer: Any) -> None:
    audience = make_audience(branch=north, rule=ALL, by=marketer)
    moves(north, audience)
    assert told(marketer) == []


def ingest(path: Path) -> None:
    actions.ingest_delivery(path, now=NOW, customer_ids=lambda numbers: {"C1": 1} if "C1" in numbers else {})


def test_analysts_are_told_of_a_file_that_was_refused(tmp_path: Path, analyst: Any, marketer: Any) -> None:
    (tmp_path / "transactions-1.csv").write_text("nothing,like,it\n1,2,3\n")
    ingest(tmp_path)
    assert told(analyst) == ["交付文件 transactions-1.csv 被整体拒收，数据未入库，原因见文件详情。"]
    assert told(marketer) == []
    fact = Fact.objects.get(kind="audiences.DeliveryRefused")
    assert Notice.objects.get().link == f"/audiences/data/deliveries/{fact.body['delivery_id']}/"


def test_refused_rows_are_told_and_a_good_file_is_no_news(tmp_path: Path, analyst: Any) -> None:
    head = "客户号,event_id,at,kind,product_kind,amount\n"
    good = head + "C1,t1,2026-11-19 09:00:00,spend,,10\n"
    (tmp_path / "transactions-1.csv").write_text(good)
    ingest(tmp_path)
    assert told(analyst) == []
    (tmp_path / "transactions-2.csv").write_text(
        good.replace("t1", "t2") + "C9,t3,2026-11-19 09:00:00,spend,,1\n"
    )
    ingest(tmp_path)
    assert told(analyst) == ["交付文件 transactions-2.csv 有 1 行被拒收，其余已入库。"]


def test_a_late_source_is_told_once_a_day(monkeypatch: Any, analyst: Any, north: Any) -> None:
    monkeypatch.setattr(lake, "CATALOGUE", replace(lake.CATALOGUE, sources=(SOURCE,)))
    other = make_staff("analyst-n", north, "analyst")

    def look(moment: datetime) -> int:
        return actions.tell_of_late_deliveries(now=moment)

    assert [look(NOW), look(NOW + timedelta(minutes=10)), look(NOW + DAY)] == [1, 0, 1]
    assert told(analyst) == ["“核心流水”的文件应于 06:30 前送达，目前尚未收到。"] * 2 == told(other)
    assert Fact.objects.filter(kind="audiences.DeliveryLate").count() == 2


def test_a_source_in_time_is_no_news(analyst: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(lake, "CATALOGUE", replace(lake.CATALOGUE, sources=(replace(SOURCE, rhythm=0),)))
    assert actions.tell_of_late_deliveries(now=NOW) == 0
    assert told(analyst) == []
