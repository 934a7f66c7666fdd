"""What can go wrong beneath the lake, said in words: a full disk, a damaged file, a version whose files are gone."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class LakeFull(Refusal):
    code = "lake.full"
    sentence = _("The disk of the lake is full. Nothing was changed; free some space and begin again.")
    status = 503


class FileDamaged(Refusal):
    code = "lake.file_damaged"
    sentence = _(
        "The file %(path)s is not the one that was written: its digest differs. Restore it from a copy."
    )
    status = 503


class VersionGone(Refusal):
    code = "lake.version_gone"
    sentence = _("Version %(version)s of the lake can no longer be read: files of it were swept or erased.")
    status = 410


class ArchiveSilent(Refusal):
    code = "lake.archive_silent"
    sentence = _(
        "The archive %(archive)s cannot be reached (%(reason)s). Ask for days that are kept here, or try again when"
        " it is back."
    )
    status = 503


class ArchiveTooLarge(Refusal):
    code = "lake.archive_too_large"
    sentence = _(
        "This needs %(wanted)s MB of archived months, and %(limit)s MB may be fetched. Ask for fewer days, or have"
        " HUIQUN_ARCHIVE_CACHE raised."
    )
    status = 503


class ArchiveBusy(Refusal):
    code = "lake.archive_busy"
    sentence = _(
        "Other questions are using all the room there is for archived months. Try again in a quarter of an hour, or"
        " have HUIQUN_ARCHIVE_CACHE raised."
    )
    status = 503


def is_full(error: OSError) -> bool:
    return error.errno in _NO_ROOM


@contextmanager
def room() -> Iterator[None]:
    """A full disk is a refusal, whoever notices it first. :raises LakeFull"""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise LakeFull() from error
        raise
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        if "No space left" in str(error) or "max_temp_directory_size" in str(error):
            raise LakeFull() from error
        raise
