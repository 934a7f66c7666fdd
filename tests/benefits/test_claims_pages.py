"""Claims as staff search, use, return and export them; stock pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiqun.benefits.models import Claim, CodeImport
from huiqun.foundation.models import Fact
from tests.makers.benefits import make_benefit, make_claim, make_import
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Any]


@pytest.fixture
def claim(north: Any) -> Claim:
    return make_claim(benefit=make_benefit(branch=north), customer_id=make_customer(branch=north).pk)


def found(client: Any, **asked: str) -> list[int]:
    return [each.row.pk for each in client.get("/benefits/claims/", asked).context["claims"]]


def test_finds_by_number_code_state_and_day(
    claim: Claim, north: Any, service_desk: Any, client_of: ClientOf, now: datetime
) -> None:
    other = make_claim(
        benefit=make_benefit(branch=north), customer_id=make_customer(branch=north).pk, now=now, state="used"
    )
    client = client_of(service_desk)
    assert found(client) == [other.pk, claim.pk]
    for asked in (
        {"number": claim.customer.number},
        {"code": claim.code.lower()},
        {"state": "claimed"},
        {"until": "2026-11-02"},
        {"benefit": str(claim.benefit_id)},
    ):
        assert found(client, **asked) == [claim.pk], asked
    for asked in ({"number": "nobody"}, {"code": "NOPE"}, {"from": "2026-12-01"}, {"from": "x", "until": "9999-99-99", "state": "x"}):  # fmt: skip
        assert found(client, **asked) == []


def test_other_branches_see_nothing(claim: Claim, stranger: Any, client_of: ClientOf, now: datetime) -> None:
    client = client_of(stranger)
    assert found(client) == []
    assert found(client, code=claim.code) == []
    assert client.get(f"/benefits/claims/{claim.pk}/").status_code == 404


def test_an_export_says_what_for_and_holds_no_code(
    claim: Claim, service_desk: Any, client_of: ClientOf, now: datetime
) -> None:
    client = client_of(service_desk)
    assert client.post("/benefits/claims/export/", {"purpose": " "}).status_code == 422
    answer = client.post("/benefits/claims/export/", {"purpose": "客诉核对"})
    text = b"".join(answer).decode()
    assert claim.customer.number in text and claim.code not in text
    assert Fact.objects.get(kind="benefits.ClaimsExported").body == {"count": 1, "purpose": "客诉核对"}


def test_a_piece_is_used_at_the_counter_once(
    claim: Claim, service_desk: Any, client_of: ClientOf, now: datetime
) -> None:
    client = client_of(service_desk)
    for _ in range(2):
        assert client.post(f"/benefits/claims/{claim.pk}/use/").status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.ended_because) == ("used", f"branch:{service_desk.branch_id}")
    assert Fact.objects.filter(kind="benefits.BenefitUsed").count() == 1


def test_a_file_of_codes_is_brought_by_a_form(
    north: Any, marketer: Any, client_of: ClientOf, now: datetime
) -> None:
    benefit = make_benefit(branch=north, codes="pool")
    client = client_of(marketer)
    file = SimpleUploadedFile("codes.csv", b"AB-0001\nX\n")
    answer = client.post(f"/benefits/{benefit.pk}/stock/codes/", {"file": file})
    page = client.get(answer["Location"]).content.decode()
    assert "4 至 64 位" in page
    assert CodeImport.objects.get().accepted == 1
    refused = client.get(f"{answer['Location']}refused.csv").getvalue().decode()
    assert refused.startswith("\ufeff2,")


def test_stock_shows_the_scarcer_of_pieces_and_codes(
    north: Any, marketer: Any, client_of: ClientOf, now: datetime
) -> None:
    benefit = make_benefit(branch=north, codes="pool", quantity=100)
    make_import(benefit=benefit, codes=["AB-0001", "AB-0002"])
    make_benefit(branch=north, quantity=50)
    lines = client_of(marketer).get("/benefits/stock/").context["lines"]
    assert [(line.left, line.is_low) for line in lines] == [(50, False), (2, True)]
    assert "polyline" in client_of(marketer).get(f"/benefits/{benefit.pk}/stock/").content.decode()
