"""What the bank says to customers here is judged as whatever it publishes."""

from datetime import datetime
from typing import Any

from huiqun.compliance import queries as compliance
from huiqun.feedback.rules.refusals import WordsUnlawful
from huiqun.lib.days import local_date

CHANNEL, ANY_KIND = "app_push", "any"
"""Nobody says which product an answer is about: it is judged by the rules of all."""


def findings_in(text: str, *, now: datetime) -> list[dict[str, Any]]:
    """What the rulebook finds in the words, without what it misses: nothing here is an advertisement.

    :raises WordsUnlawful for what may not be said at all
    """
    found = compliance.check_copy(
        text=text, channel=CHANNEL, product_kind=ANY_KIND, product_risk=None, on=local_date(now)
    )
    said = [finding for finding in found if finding.start is not None]
    if blocking := next((finding for finding in said if finding.blocks), None):
        raise WordsUnlawful(
            quote=blocking.quote,
            message=blocking.message,
            citations=[citation.label for citation in blocking.citations],
        )
    return [
        {
            "rule": finding.rule,
            "name": finding.name,
            "quote": finding.quote,
            "message": finding.message,
            "severity": finding.severity.value,
            "laws": [citation.label for citation in finding.citations],
        }
        for finding in said
    ]
