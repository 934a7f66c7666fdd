"""Registering, changing and withdrawing products."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from huiqun.products import actions, queries
from huiqun.products.models import Product
from huiqun.products.rules import (
    CodeTaken,
    ProductIsWithdrawn,
    ProductNotFound,
    ReasonMissing,
    RiskLevelMissing,
)
from tests.makers.products import make_product, product_terms

pytestmark = pytest.mark.django_db


def _breaks(*_args: Any, **_kwargs: Any) -> None:
    raise RuntimeError("the last step fails")


def test_registers_a_product(administrator: Any, head_office: Any, now: datetime) -> None:
    product_id = actions.register_product(
        terms=product_terms(code="W9", risk_level=2, bank_risk_level=3),
        branch_id=head_office.pk,
        by=administrator,
        now=now,
    )
    found = queries.product("W9")
    assert (found.product_id, found.risk, found.kind) == (product_id, 3, "wealth")
    assert found.on_sale(date(2026, 11, 20))
    fact = facts.about("product", product_id).get()
    assert fact.kind == "products.ProductRegistered"
    assert fact.body["risk_level"] == 3


@pytest.mark.parametrize("refused", ["code", "risk", "branch"])
def test_refuses_and_changes_nothing(
    refused: str, administrator: Any, head_office: Any, stranger: Any, now: datetime
) -> None:
    make_product(branch=head_office, code="W1")
    terms = product_terms(
        code="W1" if refused == "code" else "W2", risk_level=None if refused == "risk" else 2
    )
    by = stranger if refused == "branch" else administrator
    with pytest.raises({"code": CodeTaken, "risk": RiskLevelMissing, "branch": NotFound}[refused]):
        actions.register_product(terms=terms, branch_id=head_office.pk, by=by, now=now)
    assert Product.objects.count() == 1
    assert not Fact.objects.exists()


def test_registering_is_all_or_nothing(
    administrator: Any, head_office: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "record", _breaks)
    with pytest.raises(RuntimeError):
        actions.register_product(terms=product_terms(), branch_id=head_office.pk, by=administrator, now=now)
    assert not Product.objects.exists()


def test_updating_says_what_changed(administrator: Any, head_office: Any, now: datetime) -> None:
    product = make_product(branch=head_office, code="W1")
    actions.update_product(
        product_id=product.pk, terms=product_terms(code="W1", risk_level=3), by=administrator, now=now
    )
    assert queries.product("W1").risk == 3
    assert facts.about("product", product.pk).get().body["changed"] == ["risk_level"]


def test_updating_to_the_same_is_nothing(administrator: Any, head_office: Any, now: datetime) -> None:
    product = make_product(branch=head_office, code="W1")
    actions.update_product(product_id=product.pk, terms=product.terms, by=administrator, now=now)
    assert not Fact.objects.exists()


def test_updating_is_all_or_nothing(
    administrator: Any, head_office: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make_product(branch=head_office, code="W1")
    monkeypatch.setattr(facts, "record", _breaks)
    with pytest.raises(RuntimeError):
        actions.update_product(
            product_id=product.pk, terms=product_terms(code="W1", risk_level=3), by=administrator, now=now
        )
    assert queries.product("W1").risk == 2


def test_withdrawing_ends_everything(administrator: Any, head_office: Any, now: datetime) -> None:
    product = make_product(branch=head_office, code="W1")
    with pytest.raises(ReasonMissing):
        actions.withdraw_product(product_id=product.pk, reason=" ", by=administrator, now=now)
    actions.withdraw_product(product_id=product.pk, reason="发行机构停售", by=administrator, now=now)
    assert not queries.product("W1").on_sale(date(2026, 11, 20))
    assert queries.products_on_sale(date(2026, 11, 20)) == []
    with pytest.raises(ProductIsWithdrawn):
        actions.update_product(product_id=product.pk, terms=product.terms, by=administrator, now=now)
    with pytest.raises(ProductIsWithdrawn):
        actions.withdraw_product(product_id=product.pk, reason="again", by=administrator, now=now)
    assert facts.about("product", product.pk).count() == 1


def test_withdrawing_is_all_or_nothing(
    administrator: Any, head_office: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make_product(branch=head_office, code="W1")
    monkeypatch.setattr(facts, "record", _breaks)
    with pytest.raises(RuntimeError):
        actions.withdraw_product(product_id=product.pk, reason="x", by=administrator, now=now)
    assert not queries.product("W1").is_withdrawn


def test_the_shelf_is_inherited_downward_only(
    head_office: Any, north: Any, south: Any, marketer: Any, administrator: Any, now: datetime
) -> None:
    everywhere, here, elsewhere = (make_product(branch=branch) for branch in (head_office, north, south))
    on = date(2026, 11, 20)
    seen = {found.product_id for found in queries.products_on_sale(on, staff=marketer)}
    assert seen == {everywhere.pk, here.pk}
    assert not queries.may_edit(everywhere.pk, marketer)
    with pytest.raises(ProductNotFound):
        queries.visible_product(elsewhere.pk, marketer)
    with pytest.raises(ProductNotFound):
        actions.update_product(product_id=everywhere.pk, terms=everywhere.terms, by=marketer, now=now)
    assert queries.may_edit(elsewhere.pk, administrator)


def test_the_sale_window_is_inclusive(head_office: Any) -> None:
    make_product(branch=head_office, sale_start_date=date(2026, 11, 1), sale_last_date=date(2026, 11, 20))
    days = {
        day: len(queries.products_on_sale(date(2026, *day)))
        for day in ((10, 31), (11, 1), (11, 20), (11, 21))
    }
    assert days == {(10, 31): 0, (11, 1): 1, (11, 20): 1, (11, 21): 0}


def test_an_unknown_code_is_refused(db: None) -> None:
    with pytest.raises(ProductNotFound):
        queries.product("nothing")


class TestPages:
    FORM = {
        "code": "D9",
        "name": "整存整取",
        "kind": "deposit",
        "issuer": "江川银行",
        "rate_kind": "fixed",
        "rate_low": "0.95",
        "sale_start_date": "2026-11-01",
        "minimum": "50",
    }

    def test_an_administrator_registers_edits_and_withdraws(
        self, administrator: Any, head_office: Any, client_of: Callable[[Any], Any], now: datetime
    ) -> None:
        client = client_of(administrator)
        answer = client.post("/products/new/", self.FORM | {"branch": head_office.pk})
        product = Product.objects.get()
        assert answer.status_code == 302, answer.content.decode()
        assert (product.rate_low_bp, product.minimum_fen) == (95, 5_000)
        page = f"/products/{product.pk}/"
        assert client.get(page + "edit/").status_code == 200
        assert client.post(page + "edit/", self.FORM | {"rate_low": "1.05"}).status_code == 302
        product.refresh_from_db()
        assert product.rate_low_bp == 105
        assert client.post(page + "withdraw/", {"reason": "停售"}).status_code == 302
        assert "停售" in client.get(page).content.decode()

    def test_a_refusal_is_shown_at_its_field(
        self, administrator: Any, head_office: Any, client_of: Callable[[Any], Any], now: datetime
    ) -> None:
        data = self.FORM | {"branch": head_office.pk, "risk_level": "2"}
        answer = client_of(administrator).post("/products/new/", data)
        assert answer.status_code == 422
        assert "risk_level" in answer.context["form"].errors
        assert not Product.objects.exists()

    def test_the_list_answers_its_query(
        self, marketer: Any, head_office: Any, client_of: Callable[[Any], Any], now: datetime
    ) -> None:
        make_product(branch=head_office, code="W7", risk_level=2, bank_risk_level=4)
        make_product(branch=head_office, code="W8")
        page = client_of(marketer).get(
            "/products/", {"risk": "4", "state": "on_sale", "kind": "wealth", "words": "W"}
        )
        assert [entry["row"].code for entry in page.context["products"]] == ["W7"]
        assert page.status_code == 200

    def test_only_administrators_write(
        self,
        business_reviewer: Any,
        auditor: Any,
        head_office: Any,
        client_of: Callable[[Any], Any],
        now: datetime,
    ) -> None:
        product = make_product(branch=head_office)
        for staff in (business_reviewer, auditor):
            client = client_of(staff)
            assert client.get(f"/products/{product.pk}/").status_code == 200
            assert client.get("/products/new/").status_code == 403
            assert client.post(f"/products/{product.pk}/withdraw/", {"reason": "x"}).status_code == 403
        product.refresh_from_db()
        assert product.withdrawn_at is None
