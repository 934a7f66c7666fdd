"""Communities' background doors."""

from huiqun.communities import actions
from huiqun.foundation import clock
from huiqun.foundation.jobs import periodic, task


@task("communities.leave_all")
def leave_all(fact_id: int, subject: str, body: dict[str, object]) -> None:
    if body.get("channel") == "community":
        actions.leave_all_groups(customer_id=int(str(body["customer_id"])), now=clock.now())


@task("communities.recall")
def recall(fact_id: int, subject: str, body: dict[str, object]) -> None:
    """Approvals end one by one; a stop of the whole bank and licences concern whatever stands on them."""
    if not actions.recall_material(subject=subject, now=clock.now()):
        actions.recall_lapsed(now=clock.now())


@periodic("*/10 * * * *", name="communities.recall_lapsed")
def recall_lapsed() -> None:
    actions.recall_lapsed(now=clock.now())


@periodic("40 20 * * *", name="communities.look_after")
def look_after() -> None:
    """By night at the bank."""
    now = clock.now()
    actions.look_at_health(now=now)
    actions.purge_sealed(now=now)
    actions.forget(now=now)
