"""Members on their way out of the system: what for, and the mark that every line of the file carries."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BytesIO

import pyarrow as pa
from pyarrow import csv

from huiqun.lib.words import gettext_noop as _

PURPOSES = {
    "partner_channel": _("Reaching them on a channel outside this platform"),
    "branch_follow_up": _("Follow-up by branches"),
    "analysis": _("Analysis in the bank's own tools"),
    "regulator": _("Request by a regulator or by audit"),
}
_PLAIN = csv.WriteOptions(include_header=False, quoting_style="none")
HEADER = "客户号,水印\r\n"
"""For the bank's own systems and colleagues, whatever language the exporter reads."""
BOM = b"\xef\xbb\xbf"


def mark_of(*told: object) -> str:
    """Short enough for every line, and only one export has it."""
    return "HQ-" + sha256("\n".join(map(str, told)).encode()).hexdigest()[:16].upper()


def lines(*, head: Iterable[str], numbers: Iterable[pa.Array], mark: str) -> Iterator[bytes]:
    """CSV: who, when and what for on top, then one customer number and the mark on each line."""
    yield BOM + "".join(f"# {line}\r\n" for line in head).encode() + HEADER.encode()
    for batch in numbers:
        yield _lines(batch, mark)


def _lines(numbers: pa.Array, mark: str) -> bytes:
    marks = pa.DictionaryArray.from_arrays(pa.repeat(0, len(numbers)).cast(pa.int32()), [mark])
    table = pa.table({"number": numbers, "mark": marks.cast(pa.string())})
    written = BytesIO()
    csv.write_csv(table, written, write_options=_PLAIN)
    return written.getvalue()
