"""Prizes of draws: what they are worth against what the law allows."""

import re
from collections.abc import Callable, Iterator, Mapping

from huiqun.compliance.rulebook.amounts import amounts
from huiqun.compliance.rulebook.numbers import lawful_number
from huiqun.compliance.rulebook.reading import Reading

_LOTTERY = re.compile(
    "抽奖|抽取|抽中|开奖|中奖|摇奖|大奖|头奖|一等奖|特等奖|最高奖|幸运|转盘|盲盒|奖品|锦鲤|竞猜"
)
_NOT_A_PRIZE = re.compile(
    "存|买|购|消费|满|资产|起购|额度|保额|贷|最低|达到|不超过|以下|总(?:价|额|值|计)|奖池|合计|累计"
)

Spans = Iterator[tuple[int, int]]


def prizes_above_the_cap(reading: Reading) -> Spans:
    """Prizes of a draw worth more than the law allows."""
    if not _LOTTERY.search(reading.text):
        return
    for start, end, fen in amounts(reading.text):
        if fen <= lawful_number("prize_cap_fen").value:
            continue
        before = reading.text[max(reading.clause_start(start), start - 10) : start]
        sentence = reading.text[reading.sentence_start(start) : reading.sentence_end(end)]
        if _LOTTERY.search(sentence) and not _NOT_A_PRIZE.search(before):
            yield start, end


FUNCTIONS: Mapping[str, Callable[[Reading], Spans]] = {
    "prizes_above_the_cap": prizes_above_the_cap,
}
