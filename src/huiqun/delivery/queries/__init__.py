"""What delivery knows, for doors and neighbours."""

from huiqun.delivery.queries.account_terms import AccountTerms, account_terms
from huiqun.delivery.queries.accounts import AccountChoice, account_choices
from huiqun.delivery.queries.links import Link, make_link, read_link
from huiqun.delivery.queries.outcomes import TYPES as OUTCOME_TYPES
from huiqun.delivery.queries.outcomes import outcomes
from huiqun.delivery.queries.people import (
    Reached,
    TouchLine,
    is_suppressed,
    reached_by,
    reason_for,
    touches_of,
)
from huiqun.delivery.queries.runs import RunLine, RunProgress, run_progress, runs_of, visible_run
from huiqun.delivery.rules.states import CHANNEL_WORDS, REASON_WORDS, STATE_WORDS
from huiqun.delivery.rules.timing import looks_automatic

__all__ = [
    "CHANNEL_WORDS",
    "OUTCOME_TYPES",
    "REASON_WORDS",
    "STATE_WORDS",
    "AccountChoice",
    "AccountTerms",
    "Link",
    "Reached",
    "RunLine",
    "RunProgress",
    "TouchLine",
    "account_choices",
    "account_terms",
    "is_suppressed",
    "looks_automatic",
    "make_link",
    "outcomes",
    "reached_by",
    "read_link",
    "reason_for",
    "run_progress",
    "runs_of",
    "touches_of",
    "visible_run",
]
