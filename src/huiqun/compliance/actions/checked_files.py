"""Posters, screenshots and film scripts: taken in, read, and dropped after their time."""

import hashlib
from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import transaction

from huiqun.compliance.events import FileChecked
from huiqun.compliance.media.marks import as_marks
from huiqun.compliance.media.pictures import as_png, open_picture
from huiqun.compliance.media.subtitles import NAMES, read_script
from huiqun.compliance.models import CheckedFile
from huiqun.compliance.models.checked_files import FileKind, FileState
from huiqun.foundation import facts, jobs
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound

KEPT = timedelta(days=90)
"""How long a picture stays; its text and digest stay with the facts."""


@transaction.atomic
def give_file(
    *,
    content: bytes,
    file_name: str,
    channel: str,
    product_kind: str,
    product_risk: int | None,
    by: Staff,
    now: datetime,
) -> int:
    """Take in a picture or script to be checked; its id. A script is read at once, a picture by a worker.

    :raises NotAPicture, PictureTooLarge, NotSubtitles, ScriptTooLong
    """
    if by.branch_id is None:
        raise NotFound()
    given = CheckedFile(
        file_name=PurePath(file_name).name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        channel=channel,
        product_kind=product_kind,
        product_risk=product_risk,
        branch_id=by.branch_id,
        given_by=by,
        given_at=now,
    )
    if file_name.lower().endswith(NAMES):
        script = read_script(content, file_name)
        given.kind, given.state = FileKind.SCRIPT, FileState.READ
        given.text, given.marks = script.text, as_marks(script)
    else:
        given.kind = FileKind.PICTURE
        given.content = as_png(open_picture(content))
    given.save()
    if given.kind == FileKind.PICTURE:
        jobs.enqueue("compliance.read_picture", file_id=given.pk)
    event = FileChecked(file_id=given.pk, file_kind=given.kind, digest=given.digest)
    facts.record(event, at=now, by=by, branch_id=given.branch_id)
    return int(given.pk)


def read_given_picture(*, file_id: int) -> None:
    """Read the print of a picture; does nothing when that is done, or the picture gone."""
    given = CheckedFile.objects.filter(pk=file_id, state=FileState.WAITING).first()
    if given is None or given.content is None:
        return
    from huiqun.compliance.media.ocr import read_picture  # loads the recogniser

    found = read_picture(open_picture(bytes(given.content)))
    given.text, given.marks, given.state = found.text, as_marks(found), FileState.READ
    given.save(update_fields=("text", "marks", "state"))


def give_up_reading(*, file_id: int) -> None:
    """Say that a picture could not be read: it counts as not checked."""
    CheckedFile.objects.filter(pk=file_id, state=FileState.WAITING).update(state=FileState.FAILED)


@transaction.atomic
def drop_old_pictures(*, now: datetime) -> int:
    """Delete the pictures whose time is over; how many. One that nobody has read by then stays unchecked."""
    old = CheckedFile.objects.filter(given_at__lt=now - KEPT, content__isnull=False)
    old.filter(state=FileState.WAITING).update(state=FileState.FAILED)
    return int(old.update(content=None))
