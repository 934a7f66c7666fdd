"""What patterns cannot say: rules that have to count or compare. One module per family of rules."""

from collections.abc import Callable, Iterator, Mapping

from huiqun.compliance.rulebook.functions import law_titles, prizes
from huiqun.compliance.rulebook.reading import Reading

Spans = Iterator[tuple[int, int]]

FUNCTIONS: Mapping[str, Callable[[Reading], Spans]] = {
    **law_titles.FUNCTIONS,
    **prizes.FUNCTIONS,
}
