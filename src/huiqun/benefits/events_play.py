"""What is told of draws, quests, games and conditions."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class DrawEvent(Event):
    about = "draw_id"
    draw_id: int


@dataclass(frozen=True, kw_only=True)
class DrawPlanned(DrawEvent):
    words = _("Draw planned or changed")
    kind_of_draw: str
    prizes: int


@dataclass(frozen=True, kw_only=True)
class SeedCommitted(DrawEvent):
    """Nothing was drawn before this fact: it binds the bank to a seed and to the prizes' chances."""

    words = _("Draw opened, its seed and chances fixed")
    seed_digest: str
    rules_digest: str


@dataclass(frozen=True, kw_only=True)
class TicketIssued(DrawEvent):
    words = _("Ticket for a draw given")
    number: int
    customer_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class TicketDrawn(DrawEvent):
    words = _("Ticket drawn")
    number: int
    customer_id: int
    slot: int
    place: int | None
    outcome: str
    claim_id: int | None


@dataclass(frozen=True, kw_only=True)
class SeedRevealed(DrawEvent):
    words = _("Draw ended, its seed published")
    seed: str
    issued: int
    drawn: int


@dataclass(frozen=True, kw_only=True)
class QuestEvent(Event):
    about = "quest_id"
    quest_id: int


@dataclass(frozen=True, kw_only=True)
class QuestPlanned(QuestEvent):
    words = _("Quest planned or changed")
    steps: int
    prices: int


@dataclass(frozen=True, kw_only=True)
class QuestOpened(QuestEvent):
    words = _("Quest opened")
    rules_digest: str


@dataclass(frozen=True, kw_only=True)
class QuestJoined(QuestEvent):
    words = _("Taking part in a quest")
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class CheckedIn(QuestEvent):
    words = _("Checked in")
    customer_id: int
    day: str


@dataclass(frozen=True, kw_only=True)
class StepFinished(QuestEvent):
    words = _("Step of a quest done")
    step_id: int
    customer_id: int
    tokens: int


@dataclass(frozen=True, kw_only=True)
class TokensExchanged(QuestEvent):
    words = _("Tokens exchanged for a benefit")
    customer_id: int
    benefit_id: int
    claim_id: int
    tokens: int


@dataclass(frozen=True, kw_only=True)
class QuestClosed(QuestEvent):
    """``tokens_expired`` of ``parts`` customers are worth nothing any more."""

    words = _("Quest ended")
    parts: int
    tokens_expired: int


@dataclass(frozen=True, kw_only=True)
class GameEvent(Event):
    about = "game_id"
    game_id: int


@dataclass(frozen=True, kw_only=True)
class GamePlanned(GameEvent):
    words = _("Game planned or changed")
    questions: int


@dataclass(frozen=True, kw_only=True)
class GameOpened(GameEvent):
    """The right answers are under the digest, so that nobody changes them unseen."""

    words = _("Game opened")
    rules_digest: str


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(GameEvent):
    words = _("Question of a game answered")
    question_id: int
    customer_id: int
    right: bool | None


@dataclass(frozen=True, kw_only=True)
class ResultEntered(GameEvent):
    words = _("Result of a prediction entered")
    question_id: int
    result: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ResultConfirmed(GameEvent):
    words = _("Result of a prediction confirmed")
    question_id: int
    result: str
    right: int
    wrong: int


@dataclass(frozen=True, kw_only=True)
class GameRewarded(GameEvent):
    """``left_out`` had won when nothing was left."""

    words = _("Winners of a game rewarded")
    winners: int
    granted: int
    left_out: int


@dataclass(frozen=True, kw_only=True)
class TierNear(Event):
    """Once per customer and benefit: little is missing. Whoever sends messages may say so."""

    about = "benefit_id"
    words = _("Benefit nearly unlocked")
    benefit_id: int
    customer_id: int
    offered_by: str
    share: int


@dataclass(frozen=True, kw_only=True)
class ConditionsRun(Event):
    """One nightly look at all customers for one benefit."""

    about = "benefit_id"
    words = _("Conditions of a benefit worked out")
    benefit_id: int
    met: int
    granted: int
    near: int
