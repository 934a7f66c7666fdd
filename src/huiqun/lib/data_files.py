"""What stops the program when it starts: a data file that cannot be used as it is."""

from collections.abc import Sequence
from typing import Any

import yaml


class BrokenFile(ValueError):
    """Says file, line where it is known, and reason. `at` leads to the place within the file."""

    def __init__(self, reason: str, *, at: Sequence[str | int] = (), file: str = "", line: int | None = None):
        self.reason, self.at, self.file, self.line = reason, tuple(at), file, line
        place = f"{file}:{line}: " if line is not None else f"{file}: " if file else ""
        super().__init__(f"{place}{reason}")


class Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice in a map (the first would be lost without a word), and says where a
    day stands that there never was."""

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value} is no day", node.start_mark
            ) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        rows = super().construct_mapping(node, deep=deep)
        if len(rows) != len(node.value) and not any(key.tag.endswith(":merge") for key, _ in node.value):
            keys = [key.value for key, _ in node.value]
            twice = next(key for at, (key, _) in enumerate(node.value) if key.value in keys[:at])
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {twice.value} stands there twice", twice.start_mark
            )
        return rows


def line_of(text: str, at: Sequence[str | int]) -> int | None:
    """The line that a path of keys and numbers leads to in a YAML text, or as near as it leads."""
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    line: int | None = None
    for step in at:
        found = _step(node, step)
        if found is None:
            break
        key, node = found
        line = key.start_mark.line + 1
    return line


def _step(node: Any, step: str | int) -> tuple[Any, Any] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_yaml_timestamp)
