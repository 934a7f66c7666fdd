"""Handing out a review as a document."""

import hashlib
from datetime import datetime

from django.db import transaction

from huiqun.compliance.actions.evidence import seal_facts
from huiqun.compliance.documents.signed_off import Document, signed_off_document
from huiqun.compliance.events import ReviewExported
from huiqun.compliance.queries.dossier_page import dossier_page
from huiqun.compliance.queries.reviews import visible_dossier
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


def export_review(*, dossier_id: int, by: Staff, now: datetime) -> Document:
    """The review of one version as a PDF; that it was taken is a fact. :raises NotFound, FontMissing"""
    dossier = visible_dossier(dossier_id, by, now=now)
    seal_facts(now=now)
    document = signed_off_document(dossier, dossier_page(dossier, by, now=now), now=now)
    event = ReviewExported(
        reviewed=dossier.subject,
        dossier_id=dossier.pk,
        digest=dossier.digest,
        pdf_digest=hashlib.sha256(document.content).hexdigest(),
        state=dossier.state,
    )
    with transaction.atomic():
        facts.record(event, at=now, by=by, branch_id=dossier.branch_id)
    return document
