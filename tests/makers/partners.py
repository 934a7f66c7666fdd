"""Partners, contracts and clerks for tests."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from huiqun.foundation.models import Branch
from huiqun.partners import actions
from huiqun.partners.models import Clerk, Contact, Contract, ContractPaper, Partner
from huiqun.partners.rules import ContractState, ContractTerms
from huiqun.partners.rules.credit_codes import check_character
from tests.conftest import make_staff

THEN = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
SCAN = b"%PDF-1.7 signed"
PASSWORD = "tea-house-7-lanterns"
_ordinals = count(1)


def credit_code() -> str:
    """A well-formed code of a company that does not exist."""
    body = f"91330100MA{next(_ordinals):07d}"
    return body + check_character(body)


def make_partner(*, branch: Branch, **over: Any) -> Partner:
    values = {"name": "江边影城", "credit_code": credit_code(), "kind": "cinema"}
    return Partner.objects.create(**(values | over), branch=branch, created_at=THEN, updated_at=THEN)


def contract_terms(**over: Any) -> ContractTerms:
    """All kinds through 2026 and 2027, of which the bank bears six tenths."""
    values: dict[str, Any] = {
        "number": f"HT-2026-{next(_ordinals):05d}",
        "kinds": ("cash_coupon", "gift", "service", "ticket", "voucher"),
        "bank_share": 6000,
        "start_date": date(2026, 1, 1),
        "last_date": date(2027, 12, 31),
        "account_name": "江边影城有限公司",
        "account_bank": "江川银行城北支行",
        "account_number": "3301040160001234567",
    }
    return ContractTerms(**(values | over))


def make_contract(*, partner: Partner, confirmed: bool = True, **over: Any) -> Contract:
    by = make_staff(f"drafter-{next(_ordinals)}", partner.branch, "marketer")
    contract = Contract(partner=partner, changed_by=by, changed_at=THEN)
    contract.take(contract_terms(**over))
    if confirmed:
        contract.state, contract.confirmed_at = ContractState.IN_FORCE, THEN
        contract.confirmed_by = make_staff(f"second-{next(_ordinals)}", partner.branch, "business_reviewer")
    contract.save()
    ContractPaper.objects.create(
        contract=contract,
        file_name="contract.pdf",
        media_type="application/pdf",
        digest="0" * 64,
        content=SCAN,
        given_at=THEN,
    )
    return contract


def make_working(*, branch: Branch, **over: Any) -> Partner:
    """A partner with a contract in force."""
    partner = make_partner(branch=branch)
    make_contract(partner=partner, **over)
    return partner


def make_clerk(*, partner: Partner, **over: Any) -> Clerk:
    """Who has chosen a password already."""
    values = {
        "shop": "武林店",
        "name": "店小二",
        "login": f"clerk-{next(_ordinals):04d}",
        "role": "clerk",
        "password": make_password(PASSWORD),
        "must_change": False,
    }
    return Clerk.objects.create(partner=partner, **(values | over))


def counter_of(clerk: Clerk, *, now: datetime, **headers: str) -> Client:
    """A test client for a clerk at the counter."""
    client = Client(headers=headers or None)
    client.cookies["huiqun_counter"] = actions.sign_in(login=clerk.login, password=PASSWORD, now=now)
    return client


def make_contact(*, branch: Branch) -> Contact:
    return Contact.objects.create(partner=make_partner(branch=branch), name="包打听", phone="0571-1234567")


def _settlement(branch: Branch) -> int:
    from tests.makers.settlements import make_settlement

    return make_settlement(branch=branch).pk


def _dispute(branch: Branch) -> int:
    from tests.makers.settlements import make_dispute

    return make_dispute(branch=branch).pk


def _statement(clerk: Any) -> int:
    from tests.makers.settlements import make_settlement

    return make_settlement(branch=clerk.partner.branch, partner=clerk.partner, state="sent").pk


def _piece(clerk: Any) -> str:
    from tests.makers.settlements import open_claim, partner_benefit

    return open_claim(benefit=partner_benefit(partner=clerk.partner)).code


ROUTE_OBJECTS = {
    "partner_id": lambda branch: make_partner(branch=branch).pk,
    "contract_id": lambda branch: make_contract(partner=make_partner(branch=branch), confirmed=False).pk,
    "clerk_id": lambda branch: make_clerk(partner=make_partner(branch=branch)).pk,
    "contact_id": lambda branch: make_contact(branch=branch).pk,
    "settlement_id": _settlement,
    "dispute_id": _dispute,
}
COUNTER_OBJECTS = {"settlement_id": _statement, "piece_code": _piece}
