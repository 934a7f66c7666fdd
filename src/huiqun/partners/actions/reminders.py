"""Contracts that end soon: their keepers hear of it 30, 7 and 1 days before."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from huiqun.foundation import facts, notices
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.partners.events import ContractExpiring
from huiqun.partners.models import Contract, Partner
from huiqun.partners.rules import ContractState
from huiqun.partners.rules.contracts import TELL_DAYS, reminder_due


@transaction.atomic
def remind_of_contracts(*, now: datetime) -> int:
    """Once each; how many were due."""
    today = local_date(now)
    soon = (
        Contract.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("partner")
        .filter(
            state=ContractState.IN_FORCE,
            last_date__gte=today,
            last_date__lte=today + timedelta(days=max(TELL_DAYS)),
        )
    )
    return sum(_remind(contract, now=now) for contract in soon.order_by("pk"))


def _remind(contract: Contract, *, now: datetime) -> bool:
    days = reminder_due(last_date=contract.last_date, told=contract.days_told, on=local_date(now))
    if days is None:
        return False
    contract.days_told = days
    contract.save(update_fields=("days_told",))
    event = ContractExpiring(
        partner_id=contract.partner_id,
        contract_id=contract.pk,
        last_date=contract.last_date.isoformat(),
        days=days,
    )
    fact_id = facts.record(event, at=now, branch_id=contract.partner.branch_id)
    keepers = Staff.objects.filter(
        pk__in=[pk for pk in (contract.changed_by_id, contract.confirmed_by_id) if pk]
    )
    notices.tell(
        ContractExpiring.kind(),
        fact_id,
        to=[each for each in keepers if _sees(each, contract)],
        values={"number": contract.number, "partner": contract.partner.name, "days": days},
        link=reverse("partners:partner_page", args=[contract.partner_id]),
        at=now,
    )
    return True


def _sees(staff: Staff, contract: Contract) -> bool:
    return bool(Partner.objects.visible_to(staff).filter(pk=contract.partner_id).exists())
