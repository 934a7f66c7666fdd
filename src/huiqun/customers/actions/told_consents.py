"""Consents that another system of the bank tells us of, with evidence: as a file's, in one transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiqun.customers.actions.answers import Told, store_answers
from huiqun.customers.events import CustomersImported
from huiqun.customers.models import ConsentText, Customer, ImportRefusal, ImportRun
from huiqun.customers.rules import ConsentState
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound

MAPPING = "api"


@dataclass(frozen=True, kw_only=True)
class ToldConsent:
    """``evidence`` is where it can be read that the customer said so: a reference, no text."""

    customer_number: str
    channel: str
    purpose: str
    state: str
    text_version: str
    at: datetime
    evidence: str


@dataclass(frozen=True, kw_only=True)
class ToldOutcome:
    """``refused`` are lines, from 1, with a code; the others were applied or told nothing new."""

    import_id: int
    applied: int
    unchanged: int
    refused: tuple[tuple[int, str], ...]


@transaction.atomic
def import_told_consents(
    *, name: str, answers: Sequence[ToldConsent], content: bytes, by: Staff, now: datetime
) -> ToldOutcome:
    """Apply what is sound, refuse the rest line by line. It stands in the list of imports under ``name``, with the
    digest of what was sent. :raises NotFound, PersonInFact"""
    if by.branch is None:
        raise NotFound
    numbers = {answer.customer_number for answer in answers}
    ids = dict(
        Customer.objects.visible_to(by).present().filter(number__any_of=numbers).values_list("number", "pk")
    )
    texts = set(ConsentText.objects.values_list("channel", "purpose", "version"))
    refused = [
        (line, code) for line, each in enumerate(answers, 1) if (code := _problem(each, ids, texts, now))
    ]
    lines = {line for line, _ in refused}
    told = [
        _told(ids[each.customer_number], each) for line, each in enumerate(answers, 1) if line not in lines
    ]
    run = _run(name, content, len(answers), by, now)
    result = store_answers(told=told, import_id=run.pk, now=now)
    unchanged = len(told) - result.applied
    run.created, run.updated, run.unchanged = result.first, result.changed, unchanged
    run.refused, run.consents = len(refused), result.applied
    run.save()
    _keep_refusals(run, refused)
    _record(run, by, now)
    return ToldOutcome(import_id=run.pk, applied=result.applied, unchanged=unchanged, refused=tuple(refused))


def _problem(
    answer: ToldConsent, ids: dict[str, int], texts: set[tuple[str, str, str]], now: datetime
) -> str:
    """The codes of a file's refused rows."""
    if answer.customer_number not in ids:
        return "customer_unknown"
    known = (answer.channel, answer.purpose, answer.text_version) in texts
    if answer.state == ConsentState.GIVEN and not known:
        return "text_version"
    return "date_future" if answer.at > now else ""


def _told(customer_id: int, answer: ToldConsent) -> Told:
    return Told(
        customer_id,
        answer.channel,
        answer.purpose,
        answer.state,
        answer.text_version,
        f"{MAPPING}:{answer.evidence}",
        answer.at,
    )


def _run(name: str, content: bytes, lines: int, by: Staff, now: datetime) -> ImportRun:
    assert by.branch is not None
    run: ImportRun = ImportRun.objects.create(
        branch=by.branch,
        by=by,
        file_name=name,
        file_size=len(content),
        file_digest=hashlib.sha256(content).hexdigest(),
        mapping_name=MAPPING,
        mapping_text="",
        kind="consents",
        state=ImportRun.State.DONE,
        rows_done=lines,
        rows_total=lines,
        started_at=now,
        finished_at=now,
    )
    return run


def _keep_refusals(run: ImportRun, refused: list[tuple[int, str]]) -> None:
    columns = {"customer_unknown": "customer_number", "text_version": "text_version", "date_future": "at"}
    ImportRefusal.objects.bulk_create(
        ImportRefusal(import_run=run, line=line, column=columns[code], value="", code=code)
        for line, code in refused
    )


def _record(run: ImportRun, by: Staff, now: datetime) -> None:
    fact = CustomersImported(
        import_id=run.pk,
        mapping=MAPPING,
        file_digest=run.file_digest,
        created=run.created,
        updated=run.updated,
        unchanged=run.unchanged,
        refused=run.refused,
    )
    facts.record(fact, at=now, by=by, branch_id=run.branch_id)
