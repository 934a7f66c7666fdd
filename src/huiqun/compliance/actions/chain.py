"""Configuring the review chain, and appointing deputies."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from huiqun.compliance.events import ChainChanged, DeputyAppointed, DeputyDismissed
from huiqun.compliance.models import ChainStep, Deputy
from huiqun.compliance.models.reviews import REVIEW_ROLES, reviewing_roles
from huiqun.compliance.rules.chain import BadChainStep, ChainBelowLeast, check_chain
from huiqun.compliance.rules.reviews import BadDeputy
from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotFound, NotYours

LONGEST_DEPUTY = timedelta(days=90)


@transaction.atomic
def save_chain_step(
    *,
    chain_step_id: int | None,
    name: str,
    role: str,
    position: int,
    working_days: int,
    min_budget_fen: int | None,
    branch_id: int | None,
    checklist: Sequence[str],
    enabled: bool,
    by: Staff,
    now: datetime,
) -> int:
    """Add or change one step of the chain; dossiers under way keep theirs. :raises BadChainStep, ChainBelowLeast,
    NotFound, NotYours"""
    rows = {row.pk: row for row in ChainStep.objects.select_for_update().order_by("pk")}
    if chain_step_id is not None and chain_step_id not in rows:
        raise NotFound()
    for reach in {branch_id, rows[chain_step_id].branch_id if chain_step_id is not None else branch_id}:
        _check_reach(reach, by)
    if not name.strip() or role not in REVIEW_ROLES or not 1 <= working_days <= 30:
        raise BadChainStep()
    step = rows[chain_step_id] if chain_step_id is not None else ChainStep()
    if step.least and role != step.role:
        raise ChainBelowLeast()
    step.name, step.role, step.position, step.working_days = name.strip(), role, position, working_days
    step.min_budget_fen, step.branch_id, step.enabled = min_budget_fen, branch_id, enabled
    step.checklist = [line.strip() for line in checklist if line.strip()]
    _check([*(row for row in rows.values() if row is not step), step])
    step.save()
    _tell(step, "saved", by=by, now=now)
    return int(step.pk)


@transaction.atomic
def remove_chain_step(*, chain_step_id: int, by: Staff, now: datetime) -> None:
    """Take an added step out of the chain. :raises NotFound, ChainBelowLeast"""
    step = ChainStep.objects.select_for_update().filter(pk=chain_step_id).first()
    if step is None:
        raise NotFound()
    _check_reach(step.branch_id, by)
    if step.least:
        raise ChainBelowLeast()
    _tell(step, "removed", by=by, now=now)
    step.delete()


def _check_reach(branch_id: int | None, by: Staff) -> None:
    """The bank's own steps are the head office's to change, a branch's those of whoever is above it."""
    if branch_id is not None and not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
        raise NotFound()
    if branch_id is None and (by.branch is None or by.branch.level != 0):
        raise NotYours()


def _check(steps: list[ChainStep]) -> None:
    check_chain([each.line() for each in sorted(steps, key=lambda each: (each.position, each.pk or 0))])


def _tell(step: ChainStep, change: str, *, by: Staff, now: datetime) -> None:
    event = ChainChanged(
        chain_step_id=step.pk,
        change=change,
        role=step.role,
        position=step.position,
        working_days=step.working_days,
        min_budget_fen=step.min_budget_fen,
        chain_branch_id=step.branch_id,
        enabled=step.enabled,
    )
    facts.record(event, at=now, by=by, branch_id=step.branch_id)


@transaction.atomic
def appoint_deputy(
    *,
    principal_id: int,
    deputy_id: int,
    role: str,
    start_date: date,
    end_date: date,
    by: Staff,
    now: datetime,
) -> int:
    """Let another reviewer decide in one's place for a while; reviewers appoint their own, administrators
    anybody's. :raises NotYours, NotFound, BadDeputy"""
    if by.pk != principal_id and not by.has_role(Role.ADMINISTRATOR):
        raise NotYours()
    seen = Staff.objects.visible_to(by).filter(is_active=True, pk__in=(principal_id, deputy_id))
    principal, deputy = (
        next((each for each in seen if each.pk == key), None) for key in (principal_id, deputy_id)
    )
    if principal is None or deputy is None:
        raise NotFound()
    fits = role in reviewing_roles(principal) and reviewing_roles(deputy) and principal_id != deputy_id
    if not fits or not start_date < end_date <= start_date + LONGEST_DEPUTY:
        raise BadDeputy()
    row = Deputy.objects.create(
        principal=principal, deputy=deputy, role=role, start_date=start_date, end_date=end_date
    )
    event = DeputyAppointed(
        deputy_id=row.pk,
        role=role,
        principal_staff_id=principal_id,
        deputy_staff_id=deputy_id,
        start_date=start_date.isoformat(),
        end_date=end_date.isoformat(),
    )
    facts.record(event, at=now, by=by, branch_id=principal.branch_id)
    return int(row.pk)


@transaction.atomic
def dismiss_deputy(*, deputy_id: int, by: Staff, now: datetime) -> None:
    """End a deputyship at once. :raises NotFound, NotYours"""
    row = Deputy.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=deputy_id).first()
    if row is None or row.dismissed_at:
        raise NotFound()
    if by.pk not in (row.principal_id, row.deputy_id) and not by.has_role(Role.ADMINISTRATOR):
        raise NotYours()
    row.dismissed_at = now
    row.save()
    facts.record(DeputyDismissed(deputy_id=row.pk), at=now, by=by, branch_id=row.principal.branch_id)
