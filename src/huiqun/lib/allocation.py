"""Who is in which arm: a salted two-step integer hash that every engine computes alike.

``y = (id·A + B) mod M``, ``bucket = (y² mod M) mod 10000`` with M = 2³¹ − 1 and A, B drawn from
SHA-256 of the key. All products stay below 2⁶³ for ids below 2³², so that no engine can wrap.
"""

import hashlib
from typing import Literal

import numpy as np
import numpy.typing as npt

MODULUS = 2**31 - 1
BUCKETS = 10_000
Arm = Literal["treatment", "control"]


def _salt(key: str) -> tuple[int, int]:
    seed = hashlib.sha256(key.encode()).digest()
    multiplier = int.from_bytes(seed[:8]) % (MODULUS - 1) + 1
    return multiplier, int.from_bytes(seed[8:16]) % MODULUS


def bucket(customer_id: int, key: str) -> int:
    """0 … 9,999, stable for a customer and a key. :raises ValueError for ids of 2³² and more"""
    if not 0 <= customer_id < 2**32:
        raise ValueError(f"customer id {customer_id} is outside what the hash can take")
    multiplier, offset = _salt(key)
    y = (customer_id * multiplier + offset) % MODULUS
    return y * y % MODULUS % BUCKETS


def buckets(ids: npt.NDArray[np.uint32], key: str) -> npt.NDArray[np.int32]:
    """The same for many at once."""
    multiplier, offset = (np.uint64(each) for each in _salt(key))
    y = (ids.astype(np.uint64) * multiplier + offset) % np.uint64(MODULUS)
    return (y * y % np.uint64(MODULUS) % np.uint64(BUCKETS)).astype(np.int32)


def bucket_sql(column: str, key: str) -> str:
    """The same as SQL for DuckDB and PostgreSQL; ``column`` is an identifier, never user input."""
    multiplier, offset = _salt(key)
    y = f"((CAST({column} AS BIGINT) * {multiplier} + {offset}) % {MODULUS})"
    return f"(({y} * {y}) % {MODULUS} % {BUCKETS})"


def arm(customer_id: int, key: str, *, control_share: int = 1_000) -> Arm:
    """``control_share`` in ten-thousandths: 1,000 is 10 %."""
    return "control" if bucket(customer_id, key) < control_share else "treatment"
