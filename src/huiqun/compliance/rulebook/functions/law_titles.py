"""Laws that a copy names although they are gone or never were, and authorities under their old names.

Precise before complete: a real law in a list of real ones is never flagged, a bank's own rules are no law,
and what is told as history (原银保监会, 《合同法》已废止) is left alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from huiqun.compliance.rulebook.reading import Reading
from huiqun.compliance.sources.titles import bare, known_titles, renamed_bodies, repealed

Spans = Iterator[tuple[int, int]]

_TITLE = re.compile(r"《([^《》\n]{2,40})》")
_ARTICLE = re.compile(r"\s{0,2}(?:的)?第[一二三四五六七八九十百零\d]{1,6}条")
_REACH = 16

_FINANCE = re.compile(
    "银行|金融|理财|存款|储户|储蓄|贷款|信贷|借贷|保险|基金|证券|信托|投资|利率|支付|信用卡|征信|消费者|财富|资产管理|广告|营销"
)
_STATUTE = re.compile(
    "(?:保障|保护|监督管理|管理|监管|促进|安全|责任|监督|维护|权益|服务|发展)法$|条例$|金融法$"
)
_METHOD = re.compile(
    "(?:方|做|说|看|想|用|打|算|记账|定投|分配|配置|估值|分析|存钱|攒钱|投资|理财|存款|步|写|笔)法$"
)
_REGULATION = re.compile(
    "(?:管理|监督|监管|保护|实施|保障|处罚|处理|暂行|销售|规范)[^》]{0,8}(?:办法|规定|细则)(?:试行)?$"
)
_OWN_RULES = re.compile(
    "我行|本行|分行|支行|活动|积分|兑换|会员|领用|章程|客户服务|员工|礼|合同|协议|说明书|揭示书|须知|问卷|[省市县区](?!场)|自治|"
    "(?!商业|政策|民营|村镇|外资|人民|中央|互联)[一-龥]{2}银行(?!业|保险|卡|账户|结算|理财|信贷|存款|营销|消费)|"
    "公司(?!理财|管理|债)|协会|学校|小区|社区|草案|征求意见|教材|教程|笔记|小说|故事|漫画"
)
_AS_LAW_BEFORE = re.compile(
    "(?:根据|依据|依照|按照|遵照|遵循|违反|符合|贯彻|落实|据|依)(?:国家)?(?:的|了)?[“,]?$"
)
_AS_LAW_AFTER = re.compile(
    r"^(?:的)?(?:相关|有关|等)?(?:第[一二三四五六七八九十百零\d]{1,6}条|明确规定|规定|要求|保护|保障|于\d|自\d|施行|已?(?:正式)?(?:施行|出台|实施))"
)
_STATE = re.compile(
    "国家|国务院|人大|监管|总局|人民银行|证监会|颁布|公布|施行|法律|《(?:中国|银行业|商业银行|金融|证券|保险|理财公司|互联网)"
)

_HISTORY_BEFORE = re.compile(
    "原(?!则|因|来|本)|旧|曾|前身|过去|当年|当时|废止了?|取代了?|替代了?|代替了?|失效|历史|沿革|时任|不再(?:适用|引用)|此前|以前|早年|新旧"
    r"|(?:19\d\d|200\d|201\d|202[0-3])年"
)
_HISTORY_AFTER = re.compile(
    "^(?:[、和及与]?《[^》]{2,40}》){0,9}(?:都|均|等|已经?|也|自|于|在|即|将|同时|一并|\\d{4}年|\\d{1,2}月|\\d{1,2}日|起){0,6}(?:废止|失效|被|取代|停止|整合|不再|并入|纳入|退出|作废|时代|时期|更名|改组|组建|改名|改为|改称|撤销|合并|修订为|编入|成为历史)"
)
_DOCUMENT_AFTER = re.compile(
    r"^(?:、[^,。!?\n]{2,12}){0,3}(?:令|公告|办公厅?|办发|发|规|通知|监管函|消保|办便函|主席令)?[\[〔(（]?(?:19|20)\d\d|^令|^[^,。!?\n]{0,8}(?:办发|规|发)[\[〔(（]?20|^系统|^时期|^时代|^(?:、|与|和|及)[^,。!?\n]{2,10}(?:合并|撤销)"
)


def laws_that_are_gone(reading: Reading) -> Spans:
    """《Titles》 that are repealed, or that look like a law of finance and are none."""
    for match in _TITLE.finditer(reading.text):
        title = bare(match[1])
        if title in repealed():
            if not _is_history(reading, match.start(), match.end()):
                yield match.start(), _with_its_article(reading, match.end())
        elif title not in known_titles() and _claims_to_be_law(reading, match, title):
            yield match.start(), match.end()


def bodies_renamed(reading: Reading) -> Spans:
    """Authorities named as if they still had their old name."""
    for match in _bodies().finditer(reading.text):
        before = reading.text[max(0, match.start() - 1) : match.start()]
        after = reading.text[match.end() : match.end() + _REACH]
        if before in ("原", "前", "旧") or _DOCUMENT_AFTER.match(after):
            continue
        if not _is_in_a_title(reading, match.start()) and not _is_history(reading, *match.span()):
            yield match.span()


def _claims_to_be_law(reading: Reading, match: re.Match[str], title: str) -> bool:
    if not _FINANCE.search(title) or _OWN_RULES.search(title):
        return False
    if _is_history(reading, *match.span()):
        return False
    if match[1].startswith("中华人民共和国"):
        return True
    return not _METHOD.search(title) and _is_said_as_law(reading, match, title)


def _is_said_as_law(reading: Reading, match: re.Match[str], title: str) -> bool:
    """By its form alone, or by what stands around it where a bank's own paper may look the same."""
    if _STATUTE.search(title):
        return True
    before = reading.text[max(0, match.start() - _REACH) : match.start()]
    after = reading.text[match.end() : match.end() + _REACH]
    if not _AS_LAW_BEFORE.search(before) and not _AS_LAW_AFTER.match(after):
        return False
    if _REGULATION.search(title):
        return bool(_STATE.search(before + match[0] + after))
    return title.endswith("法") and not title.endswith("办法")


def _is_history(reading: Reading, start: int, end: int) -> bool:
    before = reading.text[max(reading.sentence_start(start), start - _REACH) : start]
    after = reading.text[end : min(reading.sentence_end(end), end + 60)]
    return bool(_HISTORY_BEFORE.search(before) or _HISTORY_AFTER.match(after))


def _is_in_a_title(reading: Reading, position: int) -> bool:
    opened = reading.text.rfind("《", max(0, position - 60), position)
    return opened >= 0 and "》" not in reading.text[opened:position]


def _with_its_article(reading: Reading, end: int) -> int:
    """The article's number goes with the title: the successor numbers its articles in another way."""
    article = _ARTICLE.match(reading.text, end)
    return article.end() if article else end


@cache
def _bodies() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, renamed_bodies())))


FUNCTIONS: Mapping[str, Callable[[Reading], Spans]] = {
    "laws_that_are_gone": laws_that_are_gone,
    "bodies_renamed": bodies_renamed,
}
