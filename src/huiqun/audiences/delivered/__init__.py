"""Files as the bank's systems deliver them: read as text, judged row by row, turned into lake rows.

Everything is done on columns by DuckDB, in one pass that spills beyond HUIQUN_LAKE_MEMORY: fifty million rows
never become Python objects.
"""

from huiqun.audiences.delivered.refusals import ColumnNotDelivered, ColumnUnknown, FileUnreadable
from huiqun.audiences.delivered.sources import ENDINGS, of_file
from huiqun.audiences.delivered.taking import CustomerIds, Read, take_in

__all__ = [
    "ENDINGS",
    "ColumnNotDelivered",
    "ColumnUnknown",
    "CustomerIds",
    "FileUnreadable",
    "Read",
    "of_file",
    "take_in",
]
