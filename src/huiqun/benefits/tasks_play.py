"""Background doors of quests, draws, games and conditions, and their part in a claim."""

from typing import Any

from huiqun.benefits import claiming
from huiqun.benefits.actions import conditions, draws, games, quests
from huiqun.benefits.events import BenefitClaimed
from huiqun.benefits.events_play import QuestionAnswered
from huiqun.benefits.rules.quests import Deed
from huiqun.foundation import clock, facts, jobs

claiming.add_check(conditions.check_conditions, order=200)

DEEDS = {
    "campaigns.CustomerJoined": Deed.JOINED,
    BenefitClaimed.kind(): Deed.CLAIMED,
    "benefits.BenefitUsed": Deed.REDEEMED,
    "feedback.SurveyAnswered": Deed.ANSWERED,
    QuestionAnswered.kind(): Deed.PLAYED,
}
"""Facts that quests' steps wait for; the body says which customer did it."""


def _follow(kind: str, deed: Deed) -> None:
    name = f"benefits.quest_{deed}"

    @jobs.task(name)
    def follow(fact_id: int, subject: str, body: dict[str, Any]) -> None:
        quests.follow_deed(deed=deed, fact_id=fact_id, body=body)

    facts.subscribe(kind, name)


for _kind, _deed in DEEDS.items():
    _follow(_kind, _deed)


@jobs.task("benefits.draw_tickets")
def give_tickets(fact_id: int, subject: str, body: dict[str, Any]) -> None:
    """For a claim that brings a chance in a draw."""
    draws.give_tickets_for_claim(
        benefit_id=body["benefit_id"],
        claim_id=body["claim_id"],
        customer_id=body["customer_id"],
        now=clock.now(),
    )


facts.subscribe(BenefitClaimed.kind(), "benefits.draw_tickets")


@jobs.task(games.REWARD)
def reward_game(game_id: int) -> None:
    games.reward_game(game_id=game_id, now=clock.now())


@jobs.periodic("* * * * *", name="benefits.end_plays")
def end_plays() -> None:
    """Seeds are published and tokens expire within a minute of the end."""
    now = clock.now()
    draws.reveal_ended_draws(now=now)
    quests.close_quests(now=now)


@jobs.periodic("40 21 * * *", name="benefits.work_out_conditions", queue="lake")
def work_out_conditions() -> None:
    """At 5:40 at the bank, after the night's deliveries; the clock of jobs is in UTC."""
    now = clock.now()
    conditions.run_conditions(now=now)
    quests.work_out_quests(now=now)
