"""Ids of a bitmap as arrays and tables, without a Python number for any of them."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap


def array_of(ids: BitMap) -> npt.NDArray[np.uint32]:
    """Ascending."""
    return np.frombuffer(ids.to_array(), np.uint32)


def table_of(ids: BitMap) -> pa.Table:
    """One column, ``customer_id``, as the lake has it."""
    return pa.table({"customer_id": pa.array(array_of(ids).astype(np.int64))})


def batches_of(ids: BitMap, *, after: int = 0, size: int = 10_000) -> Iterator[pa.RecordBatch]:
    """``customer_id`` ascending in batches; whoever stopped goes on with the last id in ``after``."""
    rest = table_of(ids)
    start = ids.rank(after) if after else 0
    yield from rest.slice(start).to_batches(max_chunksize=size)
