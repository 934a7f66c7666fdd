"""Finding a claim by what somebody types or scans."""

from huiqun.benefits.models import Claim, CodeState, PoolCode
from huiqun.foundation.secrets import blind_index

LONGEST = 64


def code_index(code: str) -> bytes:
    """By which a partner's code is found without being read."""
    return blind_index(code, "benefits.pool_code")


def claim_by_code(code: str) -> int | None:
    """A claim's id by the code made here (however it is grouped) or by the partner's own."""
    typed = code.strip()[:LONGEST]
    if not typed:
        return None
    plain = "".join(each for each in typed.upper() if each.isalnum())
    own = Claim.objects.filter(code=plain).values_list("pk", flat=True).first() if plain else None
    if own is not None:
        return int(own)
    held = PoolCode.objects.filter(code_index=code_index(typed), state=CodeState.TAKEN)
    found = held.values_list("claim_id", flat=True).first()
    return int(found) if found is not None else None
