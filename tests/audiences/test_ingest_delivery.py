"""The bank's daily files arrive in the lake once, whatever happens on the way."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huiqun.audiences import actions
from huiqun.audiences.models import Delivery, DeliveryState
from huiqun.foundation import lake
from huiqun.foundation.models import Fact
from tests.makers.audiences import NOW

pytestmark = pytest.mark.django_db

HEAD = "客户号,event_id,at,kind,product_kind,amount\n"


def ids(numbers: list[str]) -> Mapping[str, int]:
    return {number: int(number[1:]) for number in numbers if number.startswith("C")}


def ingest(path: Path, **over: Any) -> list[int]:
    return actions.ingest_delivery(path, now=NOW, customer_ids=ids, **over)


def rows(query: str) -> list[tuple[Any, ...]]:
    return lake.connect().execute(query).fetchall()


def write(
    folder: Path, text: str, name: str = "transactions-2026-11-20.csv", encoding: str = "utf-8"
) -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_takes_in_a_csv_file_and_moves_it(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEAD + 'C1,t1,2026-11-20 00:30:00,spend,,"1,234.50"\nC2,t2,2026-11-19T20:00:00Z,buy,fund,10\n',
    )
    (delivery_id,) = ingest(tmp_path)
    assert rows(
        'SELECT event_id, customer_id, dt, amount_fen, source, "at"::VARCHAR FROM transactions ORDER BY 1'
    ) == [
        (
            "t1",
            1,
            date(2026, 11, 20),
            123_450,
            "delivered",
            "2026-11-19 16:30:00+00",
        ),
        (
            "t2",
            2,
            date(2026, 11, 20),
            1_000,
            "delivered",
            "2026-11-19 20:00:00+00",
        ),
    ]
    assert not path.exists() and (tmp_path / "done" / path.name).exists()
    delivery = Delivery.objects.get(pk=delivery_id)
    assert (delivery.rows, delivery.refused, delivery.state) == (2, 0, DeliveryState.TAKEN_IN)
    assert Fact.objects.get().kind == "audiences.DeliveryTakenIn"


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    text = HEAD + "C1,t1,2026-11-20 10:00:00,spend,,5\n"
    ingest(write(tmp_path, text))
    version = lake.version()
    ingest(write(tmp_path, text))
    assert lake.version() == version and Delivery.objects.count() == 1
    assert len(list((tmp_path / "done").iterdir())) == 2


def test_late_and_double_events_count_once(tmp_path: Path) -> None:
    ingest(write(tmp_path, HEAD + "C1,t1,2026-11-19 10:00:00,spend,,5\n"))
    ingest(
        write(
            tmp_path,
            HEAD + "C1,t1,2026-11-19 10:00:00,spend,,5\nC1,t2,2026-10-02 10:00:00,spend,,7\n",
            "transactions-b.csv",
        )
    )
    assert rows("SELECT event_id FROM transactions ORDER BY 1") == [("t1",), ("t2",)]


def test_one_bad_row_never_stops_the_rest(tmp_path: Path) -> None:
    bad = [
        "X9,t2,2026-11-20 10:00:00,spend,,5",
        "C1,,2026-11-20 10:00:00,spend,,5",
        "C1,t4,yesterday,spend,,5",
        "C1,t5,2026-11-20 10:00:00,Spend!,,5",
        "C1,t6,2026-11-20 10:00:00,spend,,much",
    ]
    path = write(tmp_path, HEAD + "C1,t1,2026-11-20 10:00:00,spend,,5\n" + "\n".join(bad) + "\n")
    ingest(path)
    assert rows("SELECT event_id FROM transactions") == [("t1",)]
    lines = (tmp_path / "refused" / f"{path.name}.rows.csv").read_text().splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["3", "X9", "number"],
        ["4", "C1", "event_id"],
        ["5", "C1", "at"],
        ["6", "C1", "kind"],
        ["7", "C1", "amount"],
    ]
    assert Delivery.objects.get().refused == 5


def test_holdings_of_a_day_replace_that_day_only(tmp_path: Path) -> None:
    head = "number,dt,product_code,product_kind,amount_fen,matures_date\n"
    ingest(
        write(
            tmp_path,
            head + "C1,2026-11-19,D1,deposit,100,\nC1,2026-11-20,D1,deposit,200,2026-12-01\n",
            "holdings.csv",
        )
    )
    ingest(write(tmp_path, head + "C2,2026-11-20,D1,deposit,300,\n", "holdings-late.csv"))
    assert rows("SELECT dt, customer_id, amount_fen FROM holdings ORDER BY 1") == [
        (date(2026, 11, 19), 1, 100),
        (date(2026, 11, 20), 2, 300),
    ]


def test_takes_in_parquet_and_leaves_it_when_asked(tmp_path: Path) -> None:
    table = pa.table({"number": ["C7", None], "dt": [date(2026, 10, 31)] * 2, "aum_fen": [4_500_000, 1]})
    pq.write_table(table, tmp_path / "aum.parquet")
    ingest(tmp_path, keep=True)
    assert rows("SELECT dt, customer_id, aum_fen FROM aum") == [(date(2026, 10, 31), 7, 4_500_000)]
    assert (tmp_path / "aum.parquet").exists()


def test_reads_what_older_systems_write(tmp_path: Path) -> None:
    ingest(
        write(
            tmp_path,
            "客户号,event_id,at,kind,topic\nC1,e1,2026-11-20 10:00:00,view,留学金融\n",
            "app_events.csv",
            "gb18030",
        )
    )
    assert rows("SELECT topic FROM app_events") == [("留学金融",)]


@pytest.mark.parametrize(
    "text",
    [
        "客户号,event_id,at,kind,phone\nC1,e1,2026-11-20 10:00:00,view,13800138000\n",
        "客户号,event_id,at,topic\nC1,e1,2026-11-20 10:00:00,x\n",
        "客户号,event_id,at,kind,topic\nC1,e1,2026-11-20 10:00:00,view,请拨13800138000\n",
    ],
    ids=["unknown column", "missing column", "a telephone number in a topic"],
)
def test_refuses_a_file_as_a_whole(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text, "app_events.csv")
    ingest(tmp_path)
    assert Delivery.objects.get().state == DeliveryState.REFUSED and Delivery.objects.get().problem
    assert (tmp_path / "refused" / path.name).exists()
    assert rows("SELECT count(*) FROM app_events") == [(0,)]
    assert not Fact.objects.exists()


def test_leaves_files_alone_that_are_still_being_written(tmp_path: Path) -> None:
    for name in (".transactions.csv", "transactions.csv.part", "customers.csv"):
        write(tmp_path, HEAD, name)
    assert ingest(tmp_path) == []
    assert (tmp_path / "customers.csv").exists()


def test_does_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the last step fails")

    path = write(tmp_path, HEAD + "C1,t1,2026-11-20 10:00:00,spend,,5\n")
    monkeypatch.setattr("huiqun.audiences.actions.deliveries.facts.record", fail)
    with pytest.raises(RuntimeError):
        ingest(tmp_path)
    assert (
        path.exists()
        and not Delivery.objects.exists()
        and rows("SELECT count(*) FROM transactions") == [(0,)]
    )
    monkeypatch.undo()
    ingest(tmp_path)
    assert rows("SELECT event_id FROM transactions") == [("t1",)]
