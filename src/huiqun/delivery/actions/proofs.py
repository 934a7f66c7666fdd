"""The paper behind a signature."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from huiqun.delivery.actions.sms import apply_for_signature
from huiqun.delivery.events import SmsProofKept
from huiqun.delivery.models import SmsProof, SmsSignature
from huiqun.delivery.rules.proofs import media_type
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound


@transaction.atomic
def apply_with_proof(*, file: tuple[str, bytes] | None, by: Staff, now: datetime, **application: Any) -> int:
    """As ``apply_for_signature``, with the name and content of a file or without; both or neither.

    :raises ProofUnreadable, and what apply_for_signature raises
    """
    signature_id = apply_for_signature(**application, by=by, now=now)
    if file:
        keep_proof(signature_id=signature_id, file_name=file[0], content=file[1], by=by, now=now)
    return signature_id


@transaction.atomic
def keep_proof(*, signature_id: int, file_name: str, content: bytes, by: Staff, now: datetime) -> None:
    """In place of an earlier one, whose digest the facts remember. :raises NotFound, ProofUnreadable"""
    kind = media_type(content)
    rows = SmsSignature.objects.visible_to(by).select_for_update(of=("self",)).select_related("account")
    row = rows.filter(pk=signature_id).first()
    if row is None:
        raise NotFound
    digest = sha256(content).hexdigest()
    values = {"file_name": file_name[-200:], "media_type": kind, "digest": digest, "content": content}
    SmsProof.objects.update_or_create(signature=row, defaults={**values, "given_by": by, "given_at": now})
    fact = SmsProofKept(account_id=row.account_id, signature_id=row.pk, digest=digest)
    facts.record(fact, at=now, by=by, branch_id=row.account.branch_id)
