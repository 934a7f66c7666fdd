"""What the training says, as the page `docs/compliance-model.md`."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from huiqun.compliance.rulebook.model.thresholds import LEAST, Kept
from huiqun.compliance.rulebook.model.weights import Model

_HEAD = """# The small model: what left-out examples say

Written by `huiqun compliance train`; do not edit. The model is trained from the rules' own examples
(`rulebook/rules/*.yaml`, `rulebook/examples/*.yaml`) and from nothing else. Each example is judged here by a model
that has not seen it. A rule speaks from the lowest score at which no lawful example is flagged and nine of ten
additions are expected to be right; where there is no such score, or nothing is found beyond words, the model is
silent about the rule, and the row counts nothing.

- **found**: violating examples that the model finds when they are left out; **by words**: those that the rule's own
  patterns find. Patterns were written beside these examples, so this column flatters them.
- **beyond words**: violating examples that only the model finds.
- **lawful**: lawful examples it flags. **other**: violations of other families in which it would see this rule too;
  not all of these are wrong, because nobody labels an example for every rule.
"""


def report(model: Model, kept: Sequence[Kept], size: int) -> str:
    return "\n".join([_HEAD, *_totals(model, kept, size), "", *_table(kept), ""])


def write(path: Path, model: Model, kept: Sequence[Kept], size: int) -> None:
    path.write_text(report(model, kept, size), encoding="utf-8")


def _totals(model: Model, kept: Sequence[Kept], size: int) -> Iterator[str]:
    on = [one for one in kept if one.is_on]
    yield f"- Rules: {len(on)} of {len(kept)} speak, none below a score of {LEAST}."
    yield f"- Left out, of the rules that speak: {_sum(on, 'by_model')} of {_sum(on, 'violating')} violating examples found,"
    yield f"  {_sum(on, 'added')} beyond words; {_sum(on, 'false_compliant')} lawful flagged,"
    yield f"  {_sum(on, 'false_others')} times seen in a violation of another family."
    yield f"- Features: {len(model.letters)} runs of characters, {len(model.meanings)} concepts and pairs; {size:,} bytes."
    yield f"- Trained on `{model.trained_on}`."


def _table(kept: Iterable[Kept]) -> Iterator[str]:
    yield "| rule | from score | violating | by words | found | beyond words | lawful | flagged | other | flagged |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for one in kept:
        start = f"{one.threshold:.2f}" if one.is_on else "silent"
        numbers = (
            one.violating, one.by_words, one.by_model, one.added,
            one.compliant, one.false_compliant, one.others, one.false_others,
        )  # fmt: skip
        yield f"| {one.code} | {start} | " + " | ".join(map(str, numbers)) + " |"


def _sum(kept: Iterable[Kept], name: str) -> int:
    return sum(int(getattr(one, name)) for one in kept)
