"""What a customer may take part in just now, counted."""

from datetime import datetime

from huiqun.benefits.models import Benefit, Draw, Game, Quest
from huiqun.customers import queries as customers
from huiqun.foundation.scope import covering


def open_plays(customer_id: int, now: datetime) -> dict[str, int]:
    path = customers.branch_path(customer_id=customer_id)
    tiers = Benefit.objects.exclude(conditions={}).exclude(frozen_digest="")
    open_tiers = tiers.filter(covering(path), claim_start_at__lte=now, claim_end_at__gt=now)
    return {
        "tiers": open_tiers.count(),
        "quests": Quest.objects.for_branch(path).open_at(now).count(),
        "draws": Draw.objects.for_branch(path).open_at(now).count(),
        "games": Game.objects.for_branch(path).open_at(now).count(),
    }
