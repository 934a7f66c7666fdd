"""What feedback knows, for doors and neighbours."""

from huiqun.feedback.queries.cases import case_rows, cases_of, open_cases, visible_case
from huiqun.feedback.queries.open_surveys import open_for
from huiqun.feedback.queries.results import Results, results_of

__all__ = [
    "Results",
    "case_rows",
    "cases_of",
    "open_cases",
    "open_for",
    "results_of",
    "visible_case",
]
