"""Partners' codes: every line is taken in or told, none twice, none lost; one free code for one claim."""

import io
import zipfile
from datetime import datetime
from functools import partial
from typing import Any

import openpyxl
import pytest

from huiqun.benefits import actions
from huiqun.benefits.models import Benefit, Claim, CodeImport, PoolCode, RefusedCode
from huiqun.benefits.queries import stock
from huiqun.benefits.rules import BenefitNotFound
from huiqun.benefits.rules.code_files import KNOWN, ROUNDED, TOO_SHORT_OR_ODD, TWICE_HERE, WRONG_LENGTH
from huiqun.benefits.rules.refusals_stock import (
    CodesBroughtIn,
    CodesOut,
    CodesUnreadable,
    NotFromPool,
    TopUpTooLarge,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.benefits.crowds import at_once
from tests.makers.benefits import benefit_terms, make_benefit, make_claim, make_import
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def benefit(north: Any) -> Benefit:
    return make_benefit(branch=north, codes="pool")


@pytest.fixture
def bring(benefit: Benefit, marketer: Any, now: datetime) -> Any:
    def bring(content: bytes | str, name: str = "codes.csv", **more: Any) -> CodeImport:
        import_id = actions.bring_codes(
            benefit_id=benefit.pk,
            content=content.encode() if isinstance(content, str) else content,
            file_name=name,
            by=marketer,
            now=now,
            **more,
        )
        found: CodeImport = CodeImport.objects.get(pk=import_id)
        return found

    return bring


def problems(brought: CodeImport) -> list[tuple[int, str]]:
    return [
        (row.line, row.problem.partition("|")[0]) for row in stock.refused_lines(brought.pk).order_by("line")
    ]


def workbook(*rows: object) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([row])  # type: ignore[union-attr]
    book.save(stream)
    return stream.getvalue()


class TestBringing:
    def test_each_line_is_taken_in_or_told(self, bring: Any, benefit: Benefit) -> None:
        brought = bring("券码,面值\nAB-0001,40\nAB-0002,40\n,40\nab-0001,40\nX,40\nAB 0003,40\n=cmd()|a,40\n")
        assert (brought.lines, brought.accepted, brought.refused) == (7, 2, 5)
        assert problems(brought) == [
            (4, TOO_SHORT_OR_ODD),
            (5, TWICE_HERE),
            (6, TOO_SHORT_OR_ODD),
            (7, TOO_SHORT_OR_ODD),
            (8, TOO_SHORT_OR_ODD),
        ]
        assert stock.free_codes(benefit.pk) == 2
        fact = Fact.objects.get(kind="benefits.CodesBrought")
        assert (fact.body["accepted"], fact.body["refused"]) == (2, 5)

    def test_the_same_file_again_adds_nothing(self, bring: Any, benefit: Benefit) -> None:
        bring("AB-0001\nAB-0002\n")
        again = bring("AB-0001\nAB-0002\nAB-0003\n")
        assert (again.accepted, problems(again)) == (1, [(1, KNOWN), (2, KNOWN)])
        assert stock.free_codes(benefit.pk) == 3

    def test_a_code_of_another_benefit_is_known(self, bring: Any, north: Any) -> None:
        make_import(benefit=make_benefit(branch=north, codes="pool"), codes=["AB-0001"])
        assert problems(bring("AB-0001\n")) == [(1, KNOWN)]

    def test_digits_that_a_spreadsheet_has_lost_are_refused(self, bring: Any) -> None:
        """A number of more than 15 digits comes out of Excel with zeros at its end."""
        brought = bring(workbook("code", 1234567890123456789, "1234567890123456788", 12345678), "codes.xlsx")
        assert (brought.accepted, problems(brought)) == (2, [(2, ROUNDED)])
        assert problems(bring("1.23457E+15\n")) == [(1, ROUNDED)]

    def test_a_wrong_length_is_told(self, bring: Any) -> None:
        assert problems(bring("AB-0001\nAB-00010\n", length=7)) == [(2, WRONG_LENGTH)]

    def test_chinese_encodings_and_marks_are_read(self, bring: Any) -> None:
        assert bring("\ufeff券码\r\nAB-0001\r\n").accepted == 1
        assert bring("券码\r\nAB-0002\r\n".encode("gb18030")).accepted == 1

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"", "codes.csv"),
            (b"code\n\n  \n", "codes.csv"),
            (b"\xff\xfe\x00\x80\x81" * 9, "codes.csv"),
            (b"AB-0001\n", "codes.xlsx"),
            (b"PK\x03\x04 not a workbook", "codes.xlsx"),
            (b"A" * 20_000_001, "codes.csv"),
        ],
    )
    def test_what_cannot_be_read_is_refused_whole(self, content: bytes, name: str, bring: Any) -> None:
        with pytest.raises(CodesUnreadable):
            bring(content, name)
        assert not CodeImport.objects.exists()

    def test_a_workbook_that_unfolds_too_far_is_refused(self, bring: Any) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 320_000_000)
        with pytest.raises(CodesUnreadable):
            bring(stream.getvalue(), "codes.xlsx")

    def test_a_nul_is_no_part_of_a_code(self, bring: Any) -> None:
        assert problems(bring(b"AB\x00-0001\n")) == [(1, TOO_SHORT_OR_ODD)]

    def test_codes_stand_nowhere_in_the_clear(self, bring: Any, benefit: Benefit) -> None:
        from django.db import connection

        bring("SECRET-0001\nSECRET-0001\n")
        with connection.cursor() as cursor:
            cursor.execute("SELECT code, code_index FROM benefits_poolcode")
            stored = b"".join(bytes(value) for row in cursor.fetchall() for value in row)
        assert b"SECRET" not in stored
        assert RefusedCode.objects.get().shown == "SE…01"
        assert "SECRET" not in str(list(Fact.objects.values_list("body", flat=True)))

    def test_only_where_partners_deliver(self, north: Any, marketer: Any, now: datetime) -> None:
        own = make_benefit(branch=north)
        for benefit_id, refusal in ((own.pk, NotFromPool), (0, BenefitNotFound)):
            with pytest.raises(refusal):
                actions.bring_codes(
                    benefit_id=benefit_id, content=b"AB-0001", file_name="c.csv", by=marketer, now=now
                )

    def test_is_all_or_nothing(self, bring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def breaks(*_args: Any, **_kwargs: Any) -> None:
            raise RuntimeError("the last step fails")

        monkeypatch.setattr(facts, "record", breaks)
        with pytest.raises(RuntimeError):
            bring("AB-0001\n")
        assert not CodeImport.objects.exists()
        assert not PoolCode.objects.exists()

    def test_a_draft_with_codes_is_not_thrown_away(
        self, bring: Any, north: Any, marketer: Any, now: datetime
    ) -> None:
        draft = make_benefit(branch=north, codes="pool", frozen=False)
        make_import(benefit=draft, codes=["AB-0001"])
        with pytest.raises(CodesBroughtIn):
            actions.remove_benefit(benefit_id=draft.pk, by=marketer, now=now)


class TestTaking:
    def test_without_a_code_there_is_no_claim(self, benefit: Benefit, north: Any, now: datetime) -> None:
        with pytest.raises(CodesOut):
            actions.claim_benefit(benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=now)
        benefit.refresh_from_db()
        assert (benefit.claimed, Claim.objects.count()) == (0, 0)

    def test_many_get_one_each_in_one_statement(self, benefit: Benefit, north: Any, now: datetime) -> None:
        make_import(benefit=benefit, codes=["AA-0001", "AA-0002"])
        claims = [
            make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk).pk for _ in range(3)
        ]
        got = actions.take_codes(benefit_id=benefit.pk, claim_ids=claims, now=now)
        assert got == set(claims[:2])
        assert stock.partner_codes(claims) == {claims[0]: "AA-0001", claims[1]: "AA-0002"}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_sixteen_claims_on_ten_codes(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, codes="pool")
        make_import(benefit=benefit, codes=[f"AB-{each:04d}" for each in range(10)])
        customers = [make_customer(branch=north).pk for _ in range(16)]
        answers = at_once(
            [
                partial(actions.claim_benefit, benefit_id=benefit.pk, customer_id=each, now=now)
                for each in customers
            ]
        )
        won = [each for each in answers if isinstance(each, actions.Claimed)]
        benefit.refresh_from_db()
        held = list(PoolCode.objects.filter(state="taken").values_list("claim_id", flat=True))
        assert len(won) == 10 == benefit.claimed == Claim.objects.count()
        assert sorted(held) == sorted(each.claim_id for each in won)

    def test_two_files_with_one_code_let_it_in_once(self, north: Any, marketer: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, codes="pool")
        bring = partial(
            actions.bring_codes, benefit_id=benefit.pk, content=b"AB-0001\n", by=marketer, now=now
        )
        at_once([partial(bring, file_name=f"{each}.csv") for each in range(4)])
        assert PoolCode.objects.count() == 1
        assert sorted(CodeImport.objects.values_list("accepted", "refused")) == [(0, 1)] * 3 + [(1, 0)]


class TestMorePieces:
    def test_only_as_many_as_the_terms_allow(self, north: Any, marketer: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, quantity=10, top_up=5)
        frozen = benefit.as_terms
        assert actions.top_up(benefit_id=benefit.pk, pieces=3, by=marketer, now=now) == 13
        for pieces in (3, 0, -1):
            with pytest.raises(TopUpTooLarge):
                actions.top_up(benefit_id=benefit.pk, pieces=pieces, by=marketer, now=now)
        benefit.refresh_from_db()
        assert (benefit.quantity, benefit.added, benefit.as_terms) == (13, 3, frozen)

    def test_not_for_another_branch_or_a_draft(
        self, north: Any, marketer: Any, stranger: Any, now: datetime
    ) -> None:
        benefit = make_benefit(branch=north, top_up=5)
        with pytest.raises(BenefitNotFound):
            actions.top_up(benefit_id=benefit.pk, pieces=1, by=stranger, now=now)
        draft = make_benefit(branch=north, top_up=5, frozen=False)
        with pytest.raises(TopUpTooLarge):
            actions.top_up(benefit_id=draft.pk, pieces=1, by=marketer, now=now)

    def test_the_planners_are_told_once_until_there_is_more(
        self, north: Any, marketer: Any, now: datetime
    ) -> None:
        from huiqun.foundation.models import Notice

        benefit = make_benefit(branch=north, quantity=10, top_up=5, codes="pool")
        make_import(benefit=benefit, codes=["AB-0001"])
        make_benefit(branch=north, quantity=10)
        actions.set_level(benefit_id=benefit.pk, level=2, by=marketer, now=now)
        assert [actions.watch_stock(now=now) for _ in range(2)] == [1, 0]
        assert Notice.objects.filter(staff=marketer).count() == 1
        actions.top_up(benefit_id=benefit.pk, pieces=1, by=marketer, now=now)
        assert actions.watch_stock(now=now) == 1

    def test_terms_name_what_may_be_added(self) -> None:
        assert benefit_terms(top_up=5).for_dossier()["top_up"] == 5
