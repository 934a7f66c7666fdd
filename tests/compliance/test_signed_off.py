"""The review on paper: every word, finding, waiver, article, name and digest, in Chinese that can be read out."""

import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from huiqun.compliance import actions
from huiqun.compliance.documents import sheet
from huiqun.compliance.models import Dossier
from huiqun.compliance.rules.documents import FontMissing
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.compliance import approve_all, make_flagged_dossier, make_licence, make_waiver

pytestmark = pytest.mark.django_db
Clients = Callable[[Any], Any]
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PAGE = re.compile(rb"BT [\d.]+ [\d.]+ Td")
_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f]+>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([nrtbf()\\])")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@pytest.fixture(autouse=True)
def in_chinese() -> Any:
    with translation.override("zh-hans"):
        yield


def streams(pdf: bytes) -> list[bytes]:
    found = []
    for raw in _STREAM.findall(pdf):
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            found.append(raw)
    return found


def words_of(pdf: bytes) -> list[str]:
    """The words of each page, read as a reader does: by the embedded font's own table of characters."""
    table: dict[int, str] = {}
    pages = []
    for stream in streams(pdf):
        if b"beginbfchar" in stream:
            for glyph, char in re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", stream):
                table[int(glyph, 16)] = bytes.fromhex(char.decode()).decode("utf-16-be", "replace")
        elif _PAGE.search(stream):
            pages.append(stream)
    return ["".join(_shown(string, table) for string in _strings(page)) for page in pages]


def _strings(page: bytes) -> list[bytes]:
    found = []
    for raw in _STRING.findall(page):
        if raw.startswith(b"<"):
            found.append(bytes.fromhex(raw[1:-1].decode()))
        else:
            found.append(_ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]), raw[1:-1]))
    return found


def _shown(string: bytes, table: dict[int, str]) -> str:
    pairs = zip(string[::2], string[1::2], strict=False)
    return "".join(table.get(high * 256 + low, "") for high, low in pairs)


def flat(pdf: bytes) -> str:
    """All of it without the line ends that paper makes."""
    return "".join(words_of(pdf)).replace(" ", "")


@pytest.fixture
def dossier_id(north: Any, marketer: Any, head_office: Any, now: Any) -> int:
    licence_id = make_licence(branch=head_office)
    return make_flagged_dossier(
        branch=north, by=marketer, subject="campaign:12", licences=[{"licence_id": licence_id}]
    )


def export(dossier_id: int, by: Any, now: Any) -> bytes:
    return actions.export_review(dossier_id=dossier_id, by=by, now=now).content


def test_holds_everything_that_was_decided(dossier_id: int, legal_reviewer: Any, now: Any) -> None:
    digest = approve_all(dossier_id)
    pdf = export(dossier_id, legal_reviewer, now)
    words = flat(pdf)
    for expected in (
        "基金定投暂停唤醒",
        "campaign:12·v1",
        "近一年收益率5.6%",
        "PERF-01",
        "第二十五条",
        "应当对可能存在的风险以及风险责任承担有合理提示或者警示",
        "business_reviewer",
        "legal_reviewer",
        "compliance_reviewer",
        "2026-11-2010:00",
        "基金销售业务资格FS-0001",
        Dossier.objects.get(pk=dossier_id).rulebook_version,
    ):
        assert expected in words, expected
    for number, page in enumerate(words_of(pdf), start=1):
        assert f"SHA-256 {digest}" in page and f"{number} / " in page


def test_holds_waivers_with_name_and_reason(north: Any, legal_reviewer: Any, now: Any) -> None:
    from huiqun.compliance.models import Waiver

    waiver = Waiver.objects.get(pk=make_waiver(branch=north))
    words = flat(export(waiver.dossier_id, legal_reviewer, now))
    assert waiver.reason in words and str(waiver.by) in words


def test_until_it_is_approved_every_page_says_that_it_is_not(
    dossier_id: int, legal_reviewer: Any, now: Any
) -> None:
    pages = words_of(export(dossier_id, legal_reviewer, now))
    assert pages and all("尚未获批" in page for page in pages)
    approve_all(dossier_id)
    assert not any("尚未获批" in page for page in words_of(export(dossier_id, legal_reviewer, now)))


def test_embeds_a_part_of_its_font(dossier_id: int, legal_reviewer: Any, now: Any) -> None:
    pdf = export(dossier_id, legal_reviewer, now)
    assert pdf.startswith(b"%PDF-") and b"/FontFile2" in pdf and b"NotoSansSC" in pdf
    assert len(pdf) < 400_000


def test_what_the_font_lacks_and_what_hides_is_shown_by_number(
    north: Any, marketer: Any, legal_reviewer: Any, now: Any
) -> None:
    body = "【江川银行】讲座\u200b邀请😀，详见 {{ link }}。基金有风险，投资须谨慎。拒收请回复R"
    variants = [{"key": "sms-a", "channel": "sms", "weight": 100, "subject": "", "body": body}]
    words = flat(export(make_flagged_dossier_with(north, marketer, variants), legal_reviewer, now))
    assert "讲座[U+200B]邀请[U+1F600]" in words


def make_flagged_dossier_with(branch: Any, by: Any, variants: list[dict[str, Any]]) -> int:
    from tests.makers.compliance import make_dossier

    return make_dossier(branch=branch, by=by, variants=variants)


def test_taking_it_is_a_fact_and_a_download(
    dossier_id: int, auditor: Any, marketer: Any, south: Any, operator: Any, client_of: Clients, now: Any
) -> None:
    address = f"/compliance/dossiers/{dossier_id}/signed-off.pdf"
    answer = client_of(auditor).post(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="not-approved-campaign-12-v1-')
    fact = Fact.objects.get(kind="compliance.ReviewExported")
    assert (fact.subject, fact.by, fact.body["state"]) == ("campaign:12", auditor, "in_review")
    assert client_of(marketer).get(address).status_code == 405
    assert client_of(operator).post(address).status_code == 403
    other = make_staff("southern", south, "legal_reviewer")
    assert client_of(other).post(address).status_code == 404
    assert Fact.objects.filter(kind="compliance.ReviewExported").count() == 1


def test_without_its_font_it_says_so_and_records_nothing(
    dossier_id: int, auditor: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "FONT_FILE", "huiqun/no-such-font.ttf")
    with pytest.raises(FontMissing):
        export(dossier_id, auditor, now)
    assert not Fact.objects.filter(kind="compliance.ReviewExported").exists()
