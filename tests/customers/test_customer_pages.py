"""The list and the page of a customer, as the roles see them."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from huiqun.customers.models import Consent
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer

SignIn = Callable[[Any], Any]


def test_list_shows_own_branch_masked(
    north: Any, south: Any, marketer: Any, client_of: SignIn, now: datetime
) -> None:
    mine = make_customer(branch=north, number="MINE", name="王小明", phone="13800001234")
    make_customer(branch=south, number="THEIRS")

    page = client_of(marketer).get("/customers/").content.decode()

    assert mine.number in page
    assert "王*明" in page
    assert "138****1234" in page
    assert "THEIRS" not in page
    assert "13800001234" not in page
    assert "王小明" not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "N1"), ("name", "李芳"), ("phone", "+86 138-0000-9999"), ("id_number", "11010519491231002x")],
)
def test_list_finds_by_exact_value(
    north: Any, marketer: Any, client_of: SignIn, now: datetime, field: str, value: str
) -> None:
    make_customer(branch=north, number="N1", name="李芳", phone="13800009999", id_number="11010519491231002X")
    make_customer(branch=north, number="N2", name="李芳芳")

    page = client_of(marketer).get("/customers/", {field: value}).content.decode()

    assert ">N1<" in page
    assert ">N2<" not in page


def test_list_filters_by_branch_below(
    head_office: Any, north: Any, south: Any, head_marketer: Any, client_of: SignIn, now: datetime
) -> None:
    make_customer(branch=north, number="N1")
    make_customer(branch=south, number="S1")

    page = client_of(head_marketer).get("/customers/", {"branch": "S"}).content.decode()

    assert ">S1<" in page
    assert ">N1<" not in page


def test_list_pages_by_key(north: Any, marketer: Any, client_of: SignIn, now: datetime) -> None:
    for ordinal in range(25):
        make_customer(branch=north, number=f"P{ordinal:02d}")
    first = client_of(marketer).get("/customers/")

    second = client_of(marketer).get("/customers/", {"after": first.context["page"].next})

    assert ">P24<" in first.content.decode()
    assert ">P04<" in second.content.decode()
    assert ">P24<" not in second.content.decode()


@pytest.mark.parametrize("who", ["administrator", "analyst"])
def test_list_is_closed_to_administrators_and_analysts(
    request: pytest.FixtureRequest, who: str, client_of: SignIn, now: datetime
) -> None:
    assert client_of(request.getfixturevalue(who)).get("/customers/").status_code == 403


def test_export_is_masked_harmless_and_recorded(
    north: Any, operator: Any, client_of: SignIn, now: datetime
) -> None:
    make_customer(branch=north, number="X1", name="王小明", city="=HYPERLINK(1)")

    response = client_of(operator).post("/customers/export/?lifecycle=growing")

    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "王*明" in [cell.value for cell in cells]
    assert "'=HYPERLINK(1)" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    fact = Fact.objects.get(kind="customers.CustomersExported")
    assert fact.body == {"count": 1, "filters": "lifecycle"}


def test_page_shows_masked_identifiers(north: Any, marketer: Any, client_of: SignIn, now: datetime) -> None:
    customer = make_customer(
        branch=north,
        id_number="11010519491231002X",
        card_number="6222020000000000008",
        address="浙江省杭州市西湖区文三路1号",
        consents=("sms",),
    )

    page = client_of(marketer).get(f"/customers/{customer.pk}/").content.decode()

    assert "11010519491231002X" not in page
    assert "6222020000000000008" not in page
    assert "文三路" not in page
    assert "***0008" in page
    assert 'id="unmask"' not in page


def test_page_of_another_branch_is_not_there(
    south: Any, marketer: Any, client_of: SignIn, now: datetime
) -> None:
    customer = make_customer(branch=south)
    assert client_of(marketer).get(f"/customers/{customer.pk}/").status_code == 404


def test_unmask_through_the_dialog(
    north: Any, relationship_manager: Any, client_of: SignIn, now: datetime
) -> None:
    customer = make_customer(branch=north, phone="13800001234")

    response = client_of(relationship_manager).post(
        f"/customers/{customer.pk}/unmask/", {"field": "phone", "purpose": "call"}, HTTP_HX_REQUEST="true"
    )

    assert "13800001234" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_marketer_cannot_unmask(north: Any, marketer: Any, client_of: SignIn, now: datetime) -> None:
    customer = make_customer(branch=north)

    response = client_of(marketer).post(
        f"/customers/{customer.pk}/unmask/", {"field": "phone", "purpose": "call"}
    )

    assert response.status_code == 403
    assert not Fact.objects.filter(kind="customers.CustomerUnmasked").exists()


def test_service_desk_withdraws_for_the_customer(
    north: Any, service_desk: Any, client_of: SignIn, now: datetime
) -> None:
    customer = make_customer(branch=north, consents=("sms",))

    client_of(service_desk).post(
        f"/customers/{customer.pk}/withdraw-consent/", {"channel": "sms", "purpose": "marketing"}
    )

    assert Consent.objects.get(customer=customer).state == "withdrawn"
