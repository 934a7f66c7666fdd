"""Reading the line."""

from dataclasses import dataclass

from huiqun.benefits.models import Turn
from huiqun.benefits.rules.turns import FAR, ask_again_after, retold
from huiqun.lib.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class PlaceInLine:
    """``before`` counts those who stand before, up to ``FAR``; ``refusal`` is the answer, once there is one."""

    before: int
    ask_again_seconds: int
    refusal: Refusal | None = None

    @property
    def is_far(self) -> bool:
        return self.before >= FAR


def people_before(benefit_id: int, turn_id: int | None) -> int:
    waiting = Turn.objects.filter(benefit_id=benefit_id, refusal__isnull=True)
    return waiting.filter(pk__lt=turn_id)[:FAR].count() if turn_id else 0


def place_of(benefit_id: int, customer_id: int) -> PlaceInLine | None:
    """Where this customer stands, None for who does not."""
    own = Turn.objects.filter(benefit_id=benefit_id, customer_id=customer_id).order_by("id").first()
    if own is None:
        return None
    before = 0 if own.refusal else people_before(benefit_id, own.pk)
    refusal = retold(own.refusal) if own.refusal else None
    return PlaceInLine(before=before, ask_again_seconds=ask_again_after(before), refusal=refusal)
