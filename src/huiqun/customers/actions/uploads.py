"""A file that came through the browser: kept until it is imported, for the owner of the process only."""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from huiqun.customers.actions.imports import open_import
from huiqun.customers.files.reading import form_of
from huiqun.customers.rules import HeadOfficeOnly
from huiqun.foundation.models import Staff


def upload_import(
    *, chunks: Iterable[bytes], file_name: str, mapping_text: str, now: datetime, by: Staff
) -> int:
    """Keep an uploaded file and open its import; a file that is refused is not kept. The import's id."""
    if by.branch is None or by.branch.level != 0:
        raise HeadOfficeOnly
    form_of(file_name)
    path = _keep(chunks, file_name)
    try:
        return open_import(path=path, file_name=file_name, mapping_text=mapping_text, now=now, by=by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _keep(chunks: Iterable[bytes], file_name: str) -> Path:
    folder = Path(settings.HUIQUN_VAR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{uuid4().hex}{''.join(Path(file_name).suffixes[-2:])[-12:]}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return path
