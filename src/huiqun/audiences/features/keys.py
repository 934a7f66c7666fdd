"""By which columns a row is the only one in the whole dataset, not just in its file."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from huiqun.foundation.lake import DATASETS, LakeFile, Manifest


def unique_keys(of: Manifest) -> Mapping[str, Sequence[str]]:
    """A key is checked within each file. It holds for the dataset where no other file can have the same one:
    there is one file, or the key has a day and no two files share one."""
    found = {}
    for name, dataset in DATASETS.items():
        files = of.of(name)
        if dataset.key and not dataset.is_events and (len(files) < 2 or _apart(dataset.key, files)):
            found[name] = dataset.key
    return found


def _apart(key: Sequence[str], files: Sequence[LakeFile]) -> bool:
    if "dt" not in key:
        return False
    days = sorted((file.first_day or "", file.last_day or "") for file in files if file.rows)
    return all(one[1] < other[0] for one, other in pairwise(days))
