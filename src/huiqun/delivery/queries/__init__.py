"""What delivery knows, for doors and neighbours."""

from huiqun.delivery.queries.account_terms import AccountTerms, account_terms
from huiqun.delivery.queries.accounts import AccountChoice, account_choices
from huiqun.delivery.queries.codes import code_waits, has_proved, is_recognised, masked_contact
from huiqun.delivery.queries.destinations import (
    LinkFigures,
    check_target,
    destination,
    link_figures,
    revoked_targets,
)
from huiqun.delivery.queries.invited import invited
from huiqun.delivery.queries.links import Link, make_link, read_link
from huiqun.delivery.queries.outcomes import TYPES as OUTCOME_TYPES
from huiqun.delivery.queries.outcomes import outcomes
from huiqun.delivery.queries.own_messages import OwnMessage, own_messages
from huiqun.delivery.queries.people import (
    Reached,
    TouchLine,
    is_suppressed,
    reached_by,
    reason_for,
    touches_of,
)
from huiqun.delivery.queries.runs import RunLine, RunProgress, run_progress, runs_of, visible_run
from huiqun.delivery.queries.topics import Topic, topic_labels, topics_of
from huiqun.delivery.rules.refusals import TargetNotAllowed
from huiqun.delivery.rules.states import CHANNEL_WORDS, REASON_WORDS, STATE_WORDS
from huiqun.delivery.rules.visits import Visit, looks_automatic

__all__ = [
    "CHANNEL_WORDS",
    "OUTCOME_TYPES",
    "REASON_WORDS",
    "STATE_WORDS",
    "AccountChoice",
    "AccountTerms",
    "Link",
    "LinkFigures",
    "OwnMessage",
    "Reached",
    "RunLine",
    "RunProgress",
    "TargetNotAllowed",
    "Topic",
    "TouchLine",
    "Visit",
    "account_choices",
    "account_terms",
    "check_target",
    "code_waits",
    "destination",
    "has_proved",
    "invited",
    "is_recognised",
    "is_suppressed",
    "link_figures",
    "looks_automatic",
    "make_link",
    "masked_contact",
    "outcomes",
    "own_messages",
    "reached_by",
    "read_link",
    "reason_for",
    "revoked_targets",
    "run_progress",
    "runs_of",
    "topic_labels",
    "topics_of",
    "touches_of",
    "visible_run",
]
