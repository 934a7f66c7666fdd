"""Beside each file of events, by its digest: which events are in it, and of an archived one, which customers.

An event is known by 64 bits of its id, in ascending order, so that a minute's events are looked for in all years
without reading them. What is found so is then compared for real. Either can be made again from the file.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap64

from huiqun.foundation.lake import archive
from huiqun.foundation.lake.manifest import LakeFile, folder
from huiqun.foundation.lake.reading import bench

KEY = "md5_number_lower(event_id)"
"""The same in every release of the engine, for these files are kept."""
CHUNK = 1_000_000
Keys = npt.NDArray[np.uint64]


def keys_of(file: LakeFile) -> Keys:
    path = _place(file.sha256, "ids")
    if not path.exists():
        archive.bring([file])
        write_keys(file.place, path)
    return read(path)


def write_keys(rows: Path, target: Path) -> None:
    """Sorted by the engine, which spills what does not fit, and passed on batch by batch."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}")
    literal = str(rows).replace("'", "''")
    try:
        with bench() as connection, draft.open("wb") as handle:
            found = connection.sql(f"SELECT {KEY} AS key FROM read_parquet('{literal}') ORDER BY 1")
            for batch in found.to_arrow_reader(CHUNK):
                handle.write(batch.column(0).to_numpy().astype(np.uint64, copy=False).tobytes())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def read(path: Path) -> Keys:
    if not path.stat().st_size:
        return np.empty(0, np.uint64)
    return np.memmap(path, np.uint64, mode="r")


def in_both(some: Keys, others: Keys) -> Keys:
    """Keys that are in either; both ascend."""
    found = [np.empty(0, np.uint64)]
    for chunk in _chunks(some):
        low, high = np.searchsorted(others, chunk[[0, -1]])
        among = others[low : int(high) + 1]
        at = np.searchsorted(among, chunk)
        inside = at < len(among)
        found.append(chunk[inside][among[at[inside]] == chunk[inside]])
    return np.concatenate(found)


def come_twice(keys: Keys) -> bool:
    return any(
        bool(
            np.any(
                keys[start + 1 : start + CHUNK + 1] == keys[start : start + CHUNK][: len(keys) - start - 1]
            )
        )
        for start in range(0, len(keys), CHUNK)
    )


def remember_customers(file: LakeFile) -> None:
    """Whose rows are in the file: it need not be fetched to be told that somebody's are not."""
    found = BitMap64()
    literal = str(file.place).replace("'", "''")
    with bench() as connection:
        query = connection.sql(f"SELECT DISTINCT customer_id FROM read_parquet('{literal}')")
        for batch in query.to_arrow_reader(CHUNK):
            found.update(batch.column(0).to_pylist())
    path = _place(file.sha256, "customers")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    draft.write_bytes(found.serialize())
    draft.replace(path)


def holds_customers(digest: str, ids: Sequence[int]) -> bool | None:
    """None where it was not noted."""
    try:
        held = BitMap64.deserialize(_place(digest, "customers").read_bytes())
    except FileNotFoundError:
        return None
    return any(each in held for each in ids)


def noted() -> list[str]:
    """Digests of files of which it is noted whose rows are in them."""
    return [path.stem for path in (folder() / "keys").glob("[!.]*.customers")]


def forget(digest: str) -> None:
    for kind in ("ids", "customers"):
        _place(digest, kind).unlink(missing_ok=True)


def forget_all_but(digests: set[str]) -> None:
    """Of files that no version has any more."""
    for path in (folder() / "keys").glob("*.*"):
        if path.name.lstrip(".").partition(".")[0] not in digests:
            path.unlink(missing_ok=True)


def _place(digest: str, kind: str) -> Path:
    return folder() / "keys" / f"{digest}.{kind}"


def _chunks(keys: Keys) -> Iterator[Keys]:
    for start in range(0, len(keys), CHUNK):
        yield np.asarray(keys[start : start + CHUNK])
