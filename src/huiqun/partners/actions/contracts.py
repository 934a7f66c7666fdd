"""Drawing up contracts; putting them in force takes a second person."""

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import cast

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.scans import scan_type
from huiqun.partners.actions.register import own_partner
from huiqun.partners.events import (
    ContractChanged,
    ContractConfirmed,
    ContractDrafted,
    ContractEnded,
    ContractPaperKept,
)
from huiqun.partners.models import Contract, ContractPaper
from huiqun.partners.rules import ContractState, ContractTerms, check_contract
from huiqun.partners.rules.refusals import (
    ContractNotDraft,
    ContractNumberTaken,
    ContractOverlaps,
    ContractUnseen,
    OwnContract,
    PaperMissing,
    PaperUnreadable,
    PartnerNotActive,
    PartnerNotFound,
    ReasonNeeded,
    StateWrong,
)


@transaction.atomic
def draft_contract(*, partner_id: int, terms: ContractTerms, by: Staff, now: datetime) -> int:
    """Its id. :raises PartnerNotFound, PartnerNotActive, ContractNumberTaken, and what check_contract raises"""
    partner = own_partner(partner_id, by)
    if not partner.is_active:
        raise PartnerNotActive()
    check_contract(terms)
    _check_number(terms.number)
    contract = Contract(partner=partner, changed_by=by, changed_at=now)
    contract.take(terms)
    contract.save()
    event = ContractDrafted(
        partner_id=partner_id, contract_id=contract.pk, terms_digest=digest(terms.for_digest())
    )
    facts.record(event, at=now, by=by, branch_id=partner.branch_id)
    return int(contract.pk)


@transaction.atomic
def change_contract(*, contract_id: int, terms: ContractTerms, by: Staff, now: datetime) -> None:
    """Of a draft only. :raises PartnerNotFound, ContractNotDraft, ContractNumberTaken, …"""
    contract = own_contract(contract_id, by)
    if contract.state != ContractState.DRAFT:
        raise ContractNotDraft()
    check_contract(terms)
    before, after = asdict(contract.terms), asdict(terms)
    changed = tuple(sorted(name for name in after if after[name] != before[name]))
    if not changed:
        return
    if "number" in changed:
        _check_number(terms.number)
    contract.take(terms)
    contract.changed_by, contract.changed_at = by, now
    contract.save()
    event = ContractChanged(
        partner_id=contract.partner_id,
        contract_id=contract_id,
        changed=changed,
        terms_digest=digest(terms.for_digest()),
    )
    facts.record(event, at=now, by=by, branch_id=contract.partner.branch_id)


def _check_number(number: str) -> None:
    if Contract.objects.filter(number=number).exists():
        raise ContractNumberTaken()


@transaction.atomic
def keep_paper(*, contract_id: int, file_name: str, content: bytes, by: Staff, now: datetime) -> None:
    """The scan of what was signed, in place of an earlier one. :raises PartnerNotFound, PaperUnreadable, ContractNotDraft"""
    kind = scan_type(content)
    if not kind:
        raise PaperUnreadable()
    contract = own_contract(contract_id, by)
    if contract.state != ContractState.DRAFT:
        raise ContractNotDraft()
    seal = sha256(content).hexdigest()
    values = {"file_name": file_name[-200:], "media_type": kind, "digest": seal, "content": content}
    ContractPaper.objects.update_or_create(contract=contract, defaults=values | {"given_at": now})
    contract.changed_by, contract.changed_at = by, now
    contract.save(update_fields=("changed_by", "changed_at"))
    event = ContractPaperKept(partner_id=contract.partner_id, contract_id=contract_id, paper_digest=seal)
    facts.record(event, at=now, by=by, branch_id=contract.partner.branch_id)


@transaction.atomic
def confirm_contract(*, contract_id: int, seen_digest: str, by: Staff, now: datetime) -> None:
    """A second person puts in force what the page showed: terms, account and share.

    :raises PartnerNotFound, OwnContract, ContractNotDraft, ContractUnseen, PaperMissing, ContractOverlaps
    """
    contract = own_contract(contract_id, by)
    if contract.state != ContractState.DRAFT:
        raise ContractNotDraft()
    if contract.changed_by_id == by.pk:
        raise OwnContract()
    paper = ContractPaper.objects.filter(contract=contract).values_list("digest", flat=True).first()
    if paper is None:
        raise PaperMissing()
    if seen_digest != confirmed_digest(contract, paper):
        raise ContractUnseen()
    _check_overlap(contract)
    contract.state, contract.confirmed_by, contract.confirmed_at = ContractState.IN_FORCE, by, now
    contract.save(update_fields=("state", "confirmed_by", "confirmed_at"))
    event = ContractConfirmed(
        partner_id=contract.partner_id, contract_id=contract_id, terms_digest=contract.terms_digest
    )
    facts.record(event, at=now, by=by, branch_id=contract.partner.branch_id)


def confirmed_digest(contract: Contract, paper: str) -> str:
    """What a second person confirms: the terms and the paper together."""
    return digest([contract.terms_digest, paper])


def _check_overlap(contract: Contract) -> None:
    """One contract says for each kind and day who bears what; the partner's row is locked."""
    other = (
        Contract.objects.filter(
            partner=contract.partner_id,
            state=ContractState.IN_FORCE,
            kinds__overlap=contract.kinds,
            start_date__lte=contract.last_date,
            last_date__gte=contract.start_date,
        )
        .order_by("pk")
        .first()
    )
    if other:
        raise ContractOverlaps(number=other.number)


@transaction.atomic
def end_contract(*, contract_id: int, reason: str, by: Staff, now: datetime) -> None:
    """Before its time: nothing new is planned under it; what customers have claimed is served and settled.

    :raises PartnerNotFound, ReasonNeeded, StateWrong
    """
    contract = own_contract(contract_id, by)
    if not reason.strip():
        raise ReasonNeeded()
    if contract.state == ContractState.ENDED:
        raise StateWrong()
    contract.state, contract.end_reason = ContractState.ENDED, reason.strip()
    contract.save(update_fields=("state", "end_reason"))
    event = ContractEnded(partner_id=contract.partner_id, contract_id=contract_id, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=contract.partner.branch_id)


def own_contract(contract_id: int, by: Staff) -> Contract:
    """The partner's row is locked first, then the contract's. :raises PartnerNotFound"""
    partner_id = Contract.objects.filter(pk=contract_id).values_list("partner", flat=True).first()
    if partner_id is None:
        raise PartnerNotFound()
    partner = own_partner(partner_id, by)
    contract = cast(Contract, Contract.objects.select_for_update().get(pk=contract_id))
    contract.partner = partner
    return contract
