"""A checked file with its findings, each at its place."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from huiqun.compliance.media.marks import picture_text, script_text
from huiqun.compliance.media.pictures import Box
from huiqun.compliance.models import CheckedFile
from huiqun.compliance.models.checked_files import FileKind, FileState
from huiqun.compliance.queries.copy import check_copy
from huiqun.compliance.rules.findings import Finding
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class PlacedFinding:
    """A finding, its number on the picture, its boxes there, or its second in the film."""

    number: int
    finding: Finding
    boxes: tuple[Box, ...] = ()
    seconds: float | None = None

    @property
    def minute(self) -> str:
        seconds = int(self.seconds or 0)
        return f"{seconds // 60}:{seconds % 60:02d}"


def checked_files(staff: Staff) -> Any:
    """Files of the person's branch and below, newest first, without their contents; ``has_picture`` until
    its time is over."""
    rows = CheckedFile.objects.visible_to(staff).annotate(has_picture=Q(content__isnull=False))
    return rows.defer("content", "marks").select_related("given_by")


def checked_file(file_id: int, staff: Staff) -> CheckedFile:
    """:raises NotFound:"""
    found: CheckedFile | None = checked_files(staff).filter(pk=file_id).first()
    if found is None:
        raise NotFound()
    return found


def picture_of(file_id: int, staff: Staff) -> bytes:
    """The picture as PNG. :raises NotFound: also when its time is over"""
    content = (
        CheckedFile.objects.visible_to(staff).filter(pk=file_id).values_list("content", flat=True).first()
    )
    if content is None:
        raise NotFound()
    return bytes(content)


def placed_findings(file: CheckedFile, *, on: date) -> list[PlacedFinding]:
    """What the file's text breaks by the rulebook of ``on``; nothing while it is not read."""
    if file.state != FileState.READ:
        return []
    findings = check_copy(
        text=file.text,
        channel=file.channel,
        product_kind=file.product_kind,
        product_risk=file.product_risk,
        on=on,
    )
    return [_placed(file, number, finding) for number, finding in enumerate(findings, start=1)]


def _placed(file: CheckedFile, number: int, finding: Finding) -> PlacedFinding:
    if finding.start is None or finding.end is None:
        return PlacedFinding(number=number, finding=finding)
    if file.kind == FileKind.PICTURE:
        boxes = picture_text(file.text, file.marks).places(finding.start, finding.end)
        return PlacedFinding(number=number, finding=finding, boxes=tuple(boxes))
    seconds = script_text(file.text, file.marks).time_of(finding.start)
    return PlacedFinding(number=number, finding=finding, seconds=seconds)
