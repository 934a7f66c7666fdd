"""Examples beyond those in the rule's own file: `examples/CODE.yaml`."""

from functools import lru_cache
from pathlib import Path

import yaml

from huiqun.compliance.broken import Loader

_FOLDER = Path(__file__).parent / "examples"


@lru_cache(maxsize=256)
def more_examples(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Violating and compliant texts; none where the rule has no such file."""
    path = _FOLDER / f"{Path(code).name}.yaml"
    if not path.is_file():
        return (), ()
    row = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader) or {}
    return _texts(row.get("violating")), _texts(row.get("compliant"))


def _texts(given: object) -> tuple[str, ...]:
    rows = given if isinstance(given, list) else []
    texts = (one.get("text", "") if isinstance(one, dict) else one for one in rows)
    return tuple(str(text) for text in texts if text)
