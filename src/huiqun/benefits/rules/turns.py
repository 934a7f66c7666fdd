"""Standing in line for what many want at once."""

from typing import Any

from huiqun.lib.refusal import Refusal

BATCH = 200
"""So many are served in one transaction: some tens of milliseconds during which others wait for the benefit's row."""
FAR = 10_000
"""Places are counted up to here; beyond, the page says "more than"."""
PER_SECOND = 500
"""What a small machine serves at least; the page asks again when the turn may have come."""
SOONEST, LATEST = 2, 15


def ask_again_after(place: int) -> int:
    """Seconds. Who is near asks soon; a crowd far behind does not keep the doors busy with asking."""
    return max(SOONEST, min(LATEST, place // PER_SECOND))


def told(refusal: Refusal) -> dict[str, Any]:
    """A refusal in plain values, to be told when the person asks next."""
    return {
        "code": refusal.code,
        "sentence": refusal.sentence,
        "status": refusal.status,
        "values": refusal.values,
    }


def retold(plain: dict[str, Any]) -> Refusal:
    """The refusal again, by its code and words."""
    refusal = Refusal()
    refusal.values = plain["values"]
    for name in ("code", "sentence", "status"):
        setattr(refusal, name, plain[name])
    refusal.args = (refusal.sentence % refusal.values if refusal.values else refusal.sentence,)
    return refusal
