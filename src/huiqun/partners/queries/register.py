"""The register, as pages and neighbours read it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from huiqun.foundation.models import ApiKey, Branch, Staff
from huiqun.partners.models import Contract, ContractPaper, Partner, PartnerKey, PartnerQuerySet
from huiqun.partners.rules import PARTNER_SCOPES, ContractState, PartnerState
from huiqun.partners.rules.contracts import covers
from huiqun.partners.rules.refusals import (
    ContractShareDiffers,
    KeyNotBound,
    NoContract,
    PartnerNotActive,
    PartnerNotFound,
)


@dataclass(frozen=True, kw_only=True)
class Payee:
    """Whom and how a partner is paid; the account's number is for whoever pays."""

    contract_id: int
    contract_number: str
    account_name: str
    account_bank: str
    account_number: str
    settlement_day: int
    payment_days: int


def partner_rows(
    *, staff: Staff, words: str = "", kind: str = "", state: str = "", expiring: date | None = None
) -> PartnerQuerySet:
    rows: PartnerQuerySet = Partner.objects.visible_to(staff).select_related("branch")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(credit_code__istartswith=words))
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    if expiring:
        soon = Contract.objects.filter(state=ContractState.IN_FORCE, last_date__lte=expiring)
        rows = rows.filter(pk__in=soon.values("partner"))
    return rows


def visible_partner(partner_id: int, staff: Staff) -> Partner:
    """:raises PartnerNotFound"""
    found: Partner | None = (
        Partner.objects.visible_to(staff).select_related("branch").filter(pk=partner_id).first()
    )
    if found is None:
        raise PartnerNotFound()
    return found


def may_edit(partner_id: int, staff: Staff) -> bool:
    return bool(Partner.objects.editable_by(staff).filter(pk=partner_id).exists())


def editable_partner(partner_id: int, staff: Staff) -> Partner:
    """:raises PartnerNotFound where the person may at most read it"""
    if not may_edit(partner_id, staff):
        raise PartnerNotFound()
    return visible_partner(partner_id, staff)


def visible_contract(contract_id: int, staff: Staff) -> Contract:
    """:raises PartnerNotFound"""
    found: Contract | None = Contract.objects.select_related("partner__branch").filter(pk=contract_id).first()
    if found is None:
        raise PartnerNotFound()
    visible_partner(found.partner_id, staff)
    return found


def paper(contract_id: int, staff: Staff) -> ContractPaper:
    """:raises PartnerNotFound"""
    visible_contract(contract_id, staff)
    found = ContractPaper.objects.filter(pk=contract_id).first()
    if found is None:
        raise PartnerNotFound()
    return found


def free_keys(staff: Staff) -> list[ApiKey]:
    """Keys that could be bound: they open nothing but what a partner may."""
    bound = PartnerKey.objects.values("api_key")
    keys = ApiKey.objects.visible_to(staff).filter(
        revoked_at=None, scopes__contained_by=sorted(PARTNER_SCOPES)
    )
    return list(keys.exclude(pk__in=bound).order_by("-pk")[:50])


def partner_choices(*, branch_id: int) -> list[tuple[int, str]]:
    """Active partners that a benefit of this branch may name."""
    path = Branch.objects.get(pk=branch_id).path
    rows = Partner.objects.filter(state=PartnerState.ACTIVE).select_related("branch").order_by("name", "pk")
    return [(row.pk, row.name) for row in rows if path.startswith(row.branch.path)]


def partner_names(partner_ids: list[int]) -> dict[int, str]:
    return dict(Partner.objects.filter(pk__in=partner_ids).values_list("pk", "name"))


def require_contract(
    *, partner_id: int, branch_id: int, kind: str, bank_share: int, first: date, last: date
) -> int:
    """The contract that carries a benefit from its first to its last day, locked FOR SHARE; its id.

    :raises PartnerNotFound, PartnerNotActive, NoContract, ContractShareDiffers
    """
    partner = Partner.objects.select_related("branch").filter(pk=partner_id).first()
    path = Branch.objects.values_list("path", flat=True).get(pk=branch_id)
    if partner is None or not path.startswith(partner.branch.path):
        raise PartnerNotFound()
    if not partner.is_active:
        raise PartnerNotActive()
    contract = _carrying(partner_id, kind, (first, last))
    if contract is None:
        raise NoContract(partner=partner.name, first=first.isoformat(), last=last.isoformat())
    if contract.bank_share != bank_share:
        raise ContractShareDiffers(number=contract.number, share=f"{contract.bank_share / 100:g}")
    return int(contract.pk)


def _carrying(partner_id: int, kind: str, on: tuple[date, date]) -> Contract | None:
    rows = Contract.objects.raw(
        "SELECT * FROM partners_contract WHERE partner_id = %s AND state = %s ORDER BY id FOR SHARE",
        [partner_id, ContractState.IN_FORCE],
    )
    carrying: list[Contract] = [
        row
        for row in rows
        if covers(start=row.start_date, last=row.last_date, kinds=row.kinds, kind=kind, on=on)
    ]
    return carrying[0] if carrying else None


def payee(*, partner_id: int, on: date) -> Payee | None:
    """By the confirmed contract that holds on that day, else the one that ended last."""
    confirmed = Contract.objects.filter(partner=partner_id, confirmed_at__isnull=False, start_date__lte=on)
    row = max(confirmed, key=lambda each: (each.last_date >= on, each.last_date, each.pk), default=None)
    if row is None:
        return None
    return Payee(
        contract_id=row.pk,
        contract_number=row.number,
        account_name=row.account_name,
        account_bank=row.account_bank,
        account_number=row.account_number or "",
        settlement_day=row.settlement_day,
        payment_days=row.payment_days,
    )


def branch_of(partner_id: int) -> int:
    """:raises PartnerNotFound"""
    found = Partner.objects.filter(pk=partner_id).values_list("branch", flat=True).first()
    if found is None:
        raise PartnerNotFound()
    return int(found)


def contracted_partner_ids() -> list[int]:
    """Partners that have or had a contract in force, and may have something to be settled."""
    rows = Contract.objects.filter(confirmed_at__isnull=False)
    return sorted(set(rows.values_list("partner", flat=True)))


def partner_of_key(api_key_id: int) -> int:
    """The one partner that a program acts for. :raises KeyNotBound"""
    bound = PartnerKey.objects.filter(api_key=api_key_id, partner__state=PartnerState.ACTIVE)
    found = bound.values_list("partner", flat=True).first()
    if found is None:
        raise KeyNotBound()
    return int(found)
