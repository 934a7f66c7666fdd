"""Files as they really come: torn, mislabelled, in other encodings, or meant to do harm."""

import gzip
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huiqun.customers import rules
from huiqun.customers.files.mapping import load_mapping
from huiqun.customers.files.problems import Problem, RefusedLine
from huiqun.customers.files.reading import LINE_LIMIT, open_records
from huiqun.customers.files.rows import Row, RowReader
from tests.customers.files import HEADER, SIMPLE, row, write_csv

TODAY = date(2026, 11, 20)


def read(path: Path, mapping_text: str = SIMPLE) -> tuple[list[Row], list[tuple[int, str]]]:
    """Good rows, and (line, code) of the others."""
    mapping, good, bad = load_mapping(mapping_text), [], []
    with open_records(path, mapping) as records:
        reader = RowReader(mapping, records.header, today=TODAY)
        for ordinal, record in enumerate(records.rows, 1):
            if isinstance(record, RefusedLine):
                bad.append((record.line, record.problem.code))
                continue
            result = reader.row(record.fields, line=record.line, ordinal=ordinal)
            if isinstance(result, Row):
                good.append(result)
            else:
                bad += [(record.line, problem.code) for problem in result]
    return good, bad


def test_csv(tmp_path: Path) -> None:
    good, bad = read(write_csv(tmp_path / "a.csv", [row(1), row(2, risk="", hobby="")]))

    assert bad == []
    assert [each.number for each in good] == ["C1", "C2"]
    assert good[0].values == {
        "name": "王小明",
        "phone": "13800000001",
        "birth_date": date(1990, 5, 17),
        "risk_level": 3,
    }
    assert good[0].attributes == {"hobby": "围棋"}
    assert good[1].values["risk_level"] is None
    assert good[1].attributes == {}


def test_gb18030_and_gzip(tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "a.csv", [row(1, name="㐀镕")], encoding="gb18030")
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    good, bad = read(packed, SIMPLE + '[file]\nencoding = "gb18030"\n')

    assert bad == []
    assert good[0].values["name"] == "㐀镕"


def test_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    good, _ = read(write_csv(tmp_path / "a.csv", [row(1)], encoding="utf-8-sig"))
    assert good[0].number == "C1"


def test_wrong_encoding_refuses_the_row_that_shows_it(tmp_path: Path) -> None:
    good, bad = read(
        write_csv(tmp_path / "a.csv", [row(1), row(2, name="Wang", hobby="")], encoding="gb18030")
    )

    assert [each.number for each in good] == ["C2"]
    assert {code for _, code in bad} == {"encoding"}


def test_wrong_encoding_of_the_header_refuses_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1)], header=["客户号", *HEADER[1:]], encoding="gb18030")
    with pytest.raises(rules.WrongEncoding):
        read(path)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["C1", "N"]], header=["no", "branch"])
    with pytest.raises(rules.ColumnsMissing) as refused:
        read(path)
    assert refused.value.values["columns"] == "born, name, phone"


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(rules.ColumnTwice):
        read(write_csv(tmp_path / "a.csv", [[*row(1), "x"]], header=[*HEADER, "phone"]))


def test_quoted_line_breaks_and_separators_belong_to_the_value(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(1, hobby='棋,\n"茶"'), row(2)])

    good, bad = read(path)

    assert bad == []
    assert good[0].attributes["hobby"] == '棋,\n"茶"'
    assert (good[0].line, good[1].line) == (2, 4)


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    lines = [",".join(row(n)) for n in range(1, 301)]
    lines[4] = lines[4].replace("王小明", '"王小明')
    path = tmp_path / "a.csv"
    path.write_text("\n".join([",".join(HEADER), *lines]) + "\n", "utf-8")

    good, bad = read(path)

    assert len(good) == 299
    assert bad == [(6, "quotes")]


def test_an_endless_line_is_refused_without_being_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{','.join(HEADER)}\n{'x' * (LINE_LIMIT * 2)}\n{','.join(row(2))}\n", "utf-8")

    good, bad = read(path)

    assert [each.number for each in good] == ["C2"]
    assert bad == [(2, "line_too_long")]


def test_too_few_and_too_many_fields(tmp_path: Path) -> None:
    good, bad = read(write_csv(tmp_path / "a.csv", [row(1)[:-1], [*row(2), "x"], row(3)]))
    assert [each.number for each in good] == ["C3"]
    assert bad == [(2, "fields"), (3, "fields")]


def test_all_problems_of_a_row_are_told(tmp_path: Path) -> None:
    _, bad = read(write_csv(tmp_path / "a.csv", [row(1, phone="12", born="1990-13-01", risk="R9", no="")]))
    assert sorted(code for _, code in bad) == ["date", "missing", "phone", "risk_level"]


@pytest.mark.parametrize("content", [b"", None])
def test_empty_and_missing_files(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((rules.FileEmpty, rules.FileUnreadable)):
        read(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(rules.FileUnreadable):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.xlsx", "a.parquet"])
def test_something_else_under_that_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 and then nonsense" if name == "a.csv" else b"\x00\x01nonsense")
    with pytest.raises(rules.FileUnreadable):
        read(path)


def test_unknown_kind_of_file(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"x")
    with pytest.raises(rules.FileKindUnknown):
        read(path)


def test_a_torn_archive_is_told(tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "a.csv", [row(n) for n in range(2_000)])
    path = tmp_path / "b.csv.gz"
    path.write_bytes(gzip.compress(plain.read_bytes())[:-200])
    with pytest.raises(rules.FileUnreadable):
        read(path)


def test_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADER))
    sheet.append(["C1", "王小明", 13800000001, date(1990, 5, 17), "N", None, "=1+1"])
    sheet.append([])
    sheet.append(["C2", "李芳", "13800000002", "1991/2/3", "N", 2.0, None])
    book.save(tmp_path / "a.xlsx")

    good, bad = read(tmp_path / "a.xlsx")

    assert bad == []
    assert [each.line for each in good] == [2, 4]
    assert good[0].values["phone"] == "13800000001"
    assert good[0].values["birth_date"] == date(1990, 5, 17)
    assert good[0].attributes == {}, "a formula that was never computed has no value"
    assert good[1].values["risk_level"] == 2


def test_xlsx_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    with pytest.raises(rules.FileTooLarge):
        read(path)


def test_xlsx_with_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(rules.FileUnreadable):
        read(path)


def test_parquet(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "no": ["C1", "C2"],
        "name": ["王小明", None],
        "phone": [13800000001, 13800000002],
        "born": [date(1990, 5, 17), None],
        "branch": ["N", "N"],
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")

    good, bad = read(tmp_path / "a.parquet")

    assert bad == []
    assert good[0].values["phone"] == "13800000001"
    assert good[1].values["birth_date"] is None
    assert "risk_level" not in good[0].values


def test_an_attribute_must_not_smuggle_an_identifier(tmp_path: Path) -> None:
    hobbies = ["打 13800001234", "a@b.cn", "6222020000000000008", "钓鱼"]
    rows = [row(n, hobby=hobby) for n, hobby in enumerate(hobbies)]

    good, bad = read(write_csv(tmp_path / "a.csv", rows))

    assert [each.attributes["hobby"] for each in good] == ["钓鱼"]
    assert [code for _, code in bad] == ["identifier"] * 3


def test_refused_personal_values_are_masked(tmp_path: Path) -> None:
    mapping = load_mapping(SIMPLE)
    reader = RowReader(mapping, HEADER, today=TODAY)

    problems = reader.row(row(1, phone="1380000"), line=2, ordinal=1)

    assert problems == [Problem("phone", "1*****0", "phone")]


def test_value_maps_refuse_what_they_lack(tmp_path: Path) -> None:
    text = SIMPLE + '[fields.sex]\ncolumn = "hobby"\nvalues = { "男" = "M" }\n'
    good, bad = read(write_csv(tmp_path / "a.csv", [row(1, hobby="男"), row(2, hobby="?")]), text)
    assert [each.values["sex"] for each in good] == ["M"]
    assert bad == [(3, "unmapped")]
