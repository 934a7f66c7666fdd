"""Judges what customers write in a community: posts and comments. Pure, as `checks`.

Nobody says which product a post is about, and customers ask more than they promise. So a post that speaks
of deposits alone is judged as one about deposits (they do pay principal and interest), any other by the
rules of every kind; and what a customer only asks breaks no rule that the bank's own copy shares.
"""

import re
from datetime import date

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.reading import read
from huiqun.compliance.rulebook.rule import ANY_KIND, COMMUNITY, PUBLICATION
from huiqun.compliance.rules.findings import Finding

_DEPOSITS = re.compile("存款|定期|活期|储蓄|存单|国债|存钱|三年期|一年期")
_INVESTMENTS = re.compile("理财|基金|保险|年金|黄金|金条|股票|炒股|结构性|投资|收益|净值")
_ASKED = re.compile(r"[^。!！\n]{0,24}?(?:[?？吗么呢]|怎么办|多久|多少|能不能|可不可以)")
_REPORTED = re.compile("(?:有人|听说|接到|收到|别人|那个|他们)[^。!！\n]{0,12}$")


def check_post(text: str, *, on: date, language: str = "zh") -> tuple[Finding, ...]:
    """Every rule the post breaks on that day, gravest first.

    :raises CopyTooLong, CopyNotText: before anything is judged
    """
    found = check_copy(
        text,
        channel="group_chat",
        product_kind=kind_spoken_of(text),
        product_risk=None,
        on=on,
        profile=COMMUNITY,
        language=language,
    )
    return tuple(finding for finding in found if not _is_only_asked(text, finding))


def kind_spoken_of(text: str) -> str:
    """The product kind a post is judged as."""
    words = read(text).text
    return "deposit" if _DEPOSITS.search(words) and not _INVESTMENTS.search(words) else ANY_KIND


def kinds_spoken_of(text: str) -> frozenset[str]:
    """The kinds of products that only qualified staff sell, as far as the text speaks of them."""
    words = read(text).text
    return frozenset(kind for kind, pattern in _SOLD.items() if pattern.search(words))


_SOLD = {
    "wealth": re.compile("理财产品|理财计划|净值型|结构性存款|业绩比较基准"),
    "fund": re.compile("基金|定投|ETF"),
    "insurance": re.compile("保险|年金|保单|投保"),
}


def _is_only_asked(text: str, finding: Finding) -> bool:
    """Whether a question, or hearsay, holds the words of a rule that is not made for posts."""
    if finding.start is None or finding.end is None or PUBLICATION not in all_rules()[finding.rule].profiles:
        return False
    if finding.rule in _NEVER_EXCUSED:
        return False
    asked = _ASKED.match(text, finding.end) or _ASKED.fullmatch(text[finding.start : finding.end])
    return bool(asked or _REPORTED.search(text[: finding.start]))


_NEVER_EXCUSED = frozenset({"END-04", "PRIV-01"})
"""Personal data in public is there, whatever the sentence asks."""
