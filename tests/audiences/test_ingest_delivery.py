"""The bank's daily files arrive in the lake once, whatever happens on the way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huiqun.audiences import actions
from huiqun.audiences.models import Delivery, DeliveryState
from huiqun.audiences.queries.lakes import lake_state, lineage
from huiqun.foundation import lake
from huiqun.foundation.lake import Source
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
    assert [fact.kind for fact in Fact.objects.all()] == ["audiences.DeliveryRefused"]


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


CORE = Source(
    name="core",
    label="核心系统",
    files="kx_*",
    dataset="transactions",
    columns={
        "客户编号": "number",
        "交易流水": "event_id",
        "时间": "at",
        "类型": "kind",
        "金额": "amount_fen",
        "产品": "product_kind",
    },
    values={"kind": {"消费": "spend", "申购": "buy"}},
    units={"amount_fen": 100},
    ranges={"amount_fen": (0, 10_000_000)},
    ignore=frozenset({"备注"}),
    rhythm=1,
)
CORE_HEAD = "客户编号,交易流水,时间,类型,金额,产品\n"


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the bank's catalogue know the source, with what is given changed."""

    def known(**over: Any) -> Source:
        source = replace(CORE, **over)
        monkeypatch.setattr(lake, "CATALOGUE", replace(lake.CATALOGUE, sources=(source,)))
        return source

    known()
    return known


def refused_rows(path: Path) -> list[list[str]]:
    lines = (path.parent / "refused" / f"{path.name}.rows.csv").read_text().splitlines()
    return [line.split(",")[:3] for line in lines[1:]]


def test_a_source_brings_its_own_columns_codes_and_unit(tmp_path: Path, core: Any) -> None:
    ingest(write(tmp_path, CORE_HEAD + 'C1,t1,2026-11-20 10:00:00,消费,"1,234.50",\n', "KX_1120.csv"))
    assert rows("SELECT event_id, kind, amount_fen, source FROM transactions") == [
        ("t1", "spend", 123_450, "delivered")
    ]
    assert Delivery.objects.get().source == "core"


def test_a_code_that_was_not_agreed_is_refused_with_its_row(tmp_path: Path, core: Any) -> None:
    path = write(
        tmp_path,
        CORE_HEAD + "C1,t1,2026-11-20 10:00:00,消费,1,\nC1,t2,2026-11-20 10:00:00,转账,1,\n",
        "kx_1.csv",
    )
    ingest(path)
    assert rows("SELECT event_id FROM transactions") == [("t1",)]
    assert refused_rows(path) == [["3", "C1", "kind"]]


def test_days_to_come_and_amounts_out_of_bounds_are_refused(tmp_path: Path, core: Any) -> None:
    path = write(
        tmp_path,
        CORE_HEAD
        + "C1,t1,2026-11-21 10:00:00,消费,1,\nC1,t2,2026-11-20 10:00:00,消费,100000.01,\n"
        + "C1,t3,2026-11-20 10:00:00,消费,-1,\nC1,t4,2026-11-20 10:00:00,消费,100000,\n",
        "kx_1.csv",
    )
    ingest(path)
    assert rows("SELECT event_id FROM transactions") == [("t4",)]
    assert refused_rows(path) == [["2", "C1", "dt"], ["3", "C1", "amount"], ["4", "C1", "amount"]]


def test_a_new_column_is_refused_unless_the_source_says_otherwise(tmp_path: Path, core: Any) -> None:
    text = "客户编号,交易流水,时间,类型,渠道号,备注\nC1,t1,2026-11-20 10:00:00,消费,7,x\n"
    ingest(write(tmp_path, text, "kx_1.csv"))
    refused = Delivery.objects.get()
    assert refused.state == DeliveryState.REFUSED and "渠道号" in refused.problem
    core(new_columns="leave_out")
    ingest(write(tmp_path, text, "kx_2.csv"))
    delivery = Delivery.objects.get(state=DeliveryState.TAKEN_IN)
    assert (delivery.left_out, delivery.missing) == (["渠道号"], ["amount_fen", "product_kind"])
    assert rows("SELECT event_id FROM transactions") == [("t1",)]


def test_takes_a_workbook_as_staff_send_it(tmp_path: Path, core: Any) -> None:
    core(sheet="明细")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("明细")
    sheet.append(["客户编号", "交易流水", "时间", "类型", "金额", "备注"])
    sheet.append(["C1", 1001, datetime.fromisoformat("2026-11-19 23:30"), "申购", 1234.5, None])
    sheet.append(["C2", 1002, "2026-11-20 08:00", "消费", 5, "x"])
    sheet.append([None, 1003, date(2026, 11, 20), "消费", 5, None])
    sheet.append([None] * 6)
    book.save(tmp_path / "kx_book.xlsx")
    ingest(tmp_path)
    assert rows("SELECT event_id, customer_id, dt, kind, amount_fen FROM transactions ORDER BY 1") == [
        ("1001", 1, date(2026, 11, 19), "buy", 123_450),
        ("1002", 2, date(2026, 11, 20), "spend", 500),
    ]
    assert refused_rows(tmp_path / "kx_book.xlsx") == [["4", "", "number"]]


@pytest.mark.parametrize("what", ["no workbook", "no such sheet"])
def test_a_workbook_that_cannot_be_read_is_refused(tmp_path: Path, core: Any, what: str) -> None:
    core(sheet="明细")
    if what == "no workbook":
        (tmp_path / "kx_book.xlsx").write_bytes(b"PK not a workbook")
    else:
        openpyxl.Workbook().save(tmp_path / "kx_book.xlsx")
    ingest(tmp_path)
    assert Delivery.objects.get().state == DeliveryState.REFUSED
    assert not list((lake.folder() / "spill").glob("*.csv"))


def test_takes_line_breaks_within_quotation_marks(tmp_path: Path) -> None:
    text = 'number,event_id,at,kind,topic\nC1,e1,2026-11-20 10:00:00,view,"留学\n金融"\n'
    ingest(write(tmp_path, text + "C1,e2,2026-11-20 10:00:00,view\n", "app_events.csv"))
    assert rows("SELECT event_id, topic FROM app_events ORDER BY 1") == [("e1", "留学\n金融"), ("e2", None)]


def test_a_delivery_leads_to_the_files_that_hold_its_rows_now(tmp_path: Path) -> None:
    ingest(write(tmp_path, HEAD + "C1,t1,2026-10-19 10:00:00,spend,,5\n", "transactions-a.csv"))
    ingest(write(tmp_path, HEAD + "C1,t2,2026-10-20 10:00:00,spend,,5\n" * 2, "transactions-b.csv"))
    lake.compact(now=NOW)
    (file,) = lake.manifest().of("transactions")
    for name, count in (("transactions-a.csv", 1), ("transactions-b.csv", 1)):
        found = lineage(Delivery.objects.get(name=name).pk)
        assert found.files == ((file.path, count, lake.version()),)


def test_a_full_disk_leaves_the_file_in_the_inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    path = write(tmp_path, HEAD + "C1,t1,2026-11-20 10:00:00,spend,,5\n")
    with monkeypatch.context() as broken:
        broken.setattr("huiqun.foundation.lake.staging.file_digest", full)
        with pytest.raises(lake.LakeFull):
            ingest(tmp_path)
    assert path.exists() and not Delivery.objects.exists()
    ingest(tmp_path)
    assert rows("SELECT event_id FROM transactions") == [("t1",)]


def test_a_source_is_late_when_its_day_has_passed_without_a_file(tmp_path: Path, core: Any) -> None:
    assert [each.is_late for each in lake_state(now=NOW).sources] == [True]
    ingest(write(tmp_path, CORE_HEAD + "C1,t1,2026-11-20 10:00:00,消费,1,\n", "kx_1.csv"))
    for hours, late in ((0, False), (22, False), (23, True)):
        state = lake_state(now=NOW + timedelta(hours=hours))
        assert [each.is_late for each in state.sources] == [late], hours


def test_the_pages_tell_of_sources_files_and_lineage(
    tmp_path: Path, core: Any, now: datetime, analyst: Any, client_of: Any
) -> None:
    core(new_columns="leave_out")
    (delivery_id,) = ingest(
        write(tmp_path, "客户编号,交易流水,时间,类型,新列\nC1,t1,2026-11-20 10:00:00,消费,7\n", "kx_1.csv")
    )
    client = client_of(analyst)
    page = client.get("/audiences/data/").content.decode()
    assert "核心系统" in page and "新列" in page and "kx_1.csv" in page
    page = client.get(f"/audiences/data/deliveries/{delivery_id}/").content.decode()
    assert lake.manifest().of("transactions")[0].path in page
    assert client.get("/audiences/data/deliveries/999999/").status_code == 404
