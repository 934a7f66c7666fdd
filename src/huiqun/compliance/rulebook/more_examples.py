"""Examples beyond those in the rule's own file: `examples/CODE.yaml`."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from huiqun.lib.data_files import Loader

_FOLDER = Path(__file__).parent / "examples"


@lru_cache(maxsize=256)
def more_examples(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Violating and compliant texts; none where the rule has no such file."""
    row = more_rows(code)
    return _texts(row.get("violating")), _texts(row.get("compliant"))


def more_rows(code: str) -> Mapping[str, Any]:
    """The file as it stands: `violating` and `compliant`, in the form of a rule file's own examples."""
    path = _FOLDER / f"{Path(code).name}.yaml"
    if not path.is_file():
        return {}
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader) or {}


def _texts(given: object) -> tuple[str, ...]:
    rows = given if isinstance(given, list) else []
    texts = (one.get("text", "") if isinstance(one, dict) else one for one in rows)
    return tuple(str(text) for text in texts if text)
