"""Has the second reader look at a dossier that was submitted."""

from datetime import datetime
from typing import Any

from huiqun.compliance.models import Dossier, ReaderOpinion
from huiqun.compliance.queries.second_reader import ask_second_reader, has_second_reader
from huiqun.compliance.rules.dossier_texts import texts_of
from huiqun.foundation import jobs
from huiqun.lib.days import local_date


def want_opinions(dossier: Dossier) -> None:
    """Ask for opinions in the background; the review does not wait for them."""
    if has_second_reader():
        jobs.enqueue("compliance.ask_second_reader", dossier_id=dossier.pk)


def ask_for_opinions(*, dossier_id: int, now: datetime) -> int:
    """Ask about each text not asked about yet; how many were. The database waits for nobody meanwhile."""
    dossier = Dossier.objects.filter(pk=dossier_id).first()
    if dossier is None:
        return 0
    body: dict[str, Any] = dossier.body
    product = body.get("product") or {}
    asked = 0
    for text in texts_of(body):
        if ReaderOpinion.objects.filter(dossier=dossier, part=text.key).exists():
            continue
        opinion = ask_second_reader(
            text=text.words,
            channel=text.channel,
            product_kind=product.get("kind"),
            product_risk=product.get("risk"),
            on=local_date(dossier.submitted_at),
        )
        ReaderOpinion.objects.update_or_create(
            dossier=dossier,
            part=text.key,
            defaults={
                "findings": [finding.as_dict() for finding in opinion.findings],
                "trouble": opinion.trouble or "",
                "asked_at": now,
            },
        )
        asked += 1
    return asked
