"""Judging again, by today's book, what was approved by yesterday's."""

from datetime import date, datetime

import structlog
from django.db import transaction

from huiqun.compliance.events import DossierOutdated
from huiqun.compliance.models import Dossier, Permit, RecheckedDossier
from huiqun.compliance.queries.copy import rulebook_version
from huiqun.compliance.queries.dossier_findings import Judged
from huiqun.compliance.queries.live_dossiers import found_since, is_over, live_dossiers
from huiqun.compliance.rules.rechecks import untold
from huiqun.foundation import facts
from huiqun.lib.days import local_date

_log = structlog.get_logger()


def recheck_dossiers(*, now: datetime) -> int:
    """Judge each live dossier again; how many break rules that did not find them before. Safe to repeat.

    One that cannot be judged keeps none of the others from it, and is raised in the end.
    """
    today = local_date(now)
    outdated, failed = 0, []
    for dossier_id in list(live_dossiers().values_list("pk", flat=True)):
        try:
            outdated += _recheck(dossier_id, on=today, now=now)
        except Exception:
            _log.exception("a dossier could not be judged again", dossier_id=dossier_id)
            failed.append(dossier_id)
    if failed:
        raise RuntimeError(f"dossiers {failed} could not be judged again")
    return outdated


@transaction.atomic
def _recheck(dossier_id: int, *, on: date, now: datetime) -> bool:
    dossier = Dossier.objects.get(pk=dossier_id)
    new = {} if is_over(dossier, on=on) else found_since(dossier, on=on)
    row, _made = RecheckedDossier.objects.select_for_update().get_or_create(
        dossier=dossier, defaults={"checked_at": now, "rulebook_version": rulebook_version()}
    )
    row.checked_at, row.rulebook_version = now, rulebook_version()
    row.findings = [each.as_dict() | {"part": part} for part, found in new.items() for each in found]
    row.new, row.blocking = len(row.findings), _blocking(new)
    blocking = {each.rule for found in new.values() for each in found if each.blocks}
    _hold(dossier, outdated=bool(blocking))
    if untold(blocking, row.told):
        _tell(dossier, row, blocking, now=now)
    row.save()
    return bool(row.new)


def _hold(dossier: Dossier, *, outdated: bool) -> None:
    """Nothing that today's book forbids is sent; senders are only held up where that changes."""
    changed = Permit.objects.filter(dossier=dossier, approved=True).exclude(outdated=outdated)
    if not changed.exists():
        return
    permit = Permit.objects.locked(dossier.subject)
    if permit.approved and permit.dossier_id == dossier.pk:
        permit.outdated = outdated
        permit.save(update_fields=("outdated",))


def _blocking(new: Judged) -> int:
    return sum(each.blocks for found in new.values() for each in found)


def _tell(dossier: Dossier, row: RecheckedDossier, blocking: set[str], *, now: datetime) -> None:
    """Once for each rule, however often it is checked again."""
    row.told = sorted({*row.told, *blocking})
    event = DossierOutdated(
        reviewed=dossier.subject,
        dossier_id=dossier.pk,
        digest=dossier.digest,
        rules=tuple(sorted(blocking)),
        blocking=row.blocking,
        rulebook_version=row.rulebook_version,
    )
    facts.record(event, at=now, branch_id=dossier.branch_id)
