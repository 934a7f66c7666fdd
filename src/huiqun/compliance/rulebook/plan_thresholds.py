"""Conditions that stand in an offer's terms and nowhere a customer looks before opening them."""

import re
from collections.abc import Iterator

from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.money import in_yuan
from huiqun.compliance.rulebook.reading import read

_CLAUSE = re.compile("[,。!?;\\n]")
_AMOUNT = re.compile(
    "(?:满|达到?|不低于|不少于|累计|超过|至少)[^,。!?;\\n]{0,8}?(?P<key>\\d+(?:\\.\\d+)?(?:元|万|笔|次|天|个月|分))"
    "|(?P<over>\\d+(?:\\.\\d+)?(?:元|万|笔|次))\\(?含?\\)?(?:及)?以上"
)
_WHO = re.compile(
    "(?:仅限|只限|限于?|仅(?:对|面向|适用于|供)|只(?:对|面向))[^,。!?;\\n]{0,10}?"
    "(?P<key>新客|新户|新用户|新开户|首次|首绑|代发|私行|私人银行|贵宾|VIP|vip|信用卡|白金卡|金卡|持卡|老年|女性|学生|企业|员工|受邀)"
)
_ACTS = (
    "开户", "绑卡", "绑定", "消费", "购买", "申购", "存入", "转入", "签约", "开通", "下载", "注册", "分享", "转发",
    "邀请", "推荐", "留存", "实名", "关注", "办卡", "开卡", "还款", "定投", "测评",
)  # fmt: skip
_ACT = re.compile(
    f"(?:须|需(?!要?帮助|求)|必须|应当?先|前提是|以[^,。!?;\\n]{{0,6}}为条件)[^,。!?;\\n]{{0,10}}?(?P<key>{'|'.join(_ACTS)})"
    f"|(?P<before>{'|'.join(_ACTS)})[^,。!?;\\n]{{0,10}}(?:后)?(?:方可|才可|才能|方能|后发放|后可得)"
)
_SAME = (
    frozenset({"新客", "新户", "新用户", "新开户"}),
    frozenset({"首次", "首绑"}),
    frozenset({"绑卡", "绑定"}),
    frozenset({"私行", "私人银行"}),
    frozenset({"贵宾", "VIP", "vip"}),
    frozenset({"邀请", "推荐"}),
    frozenset({"分享", "转发"}),
    frozenset({"购买", "申购"}),
    frozenset({"存入", "转入"}),
    frozenset({"办卡", "开卡"}),
)
_NONE_NEEDED = re.compile("(?:无需|无须|不需|不必|不以|毋须|不限)[^,。!?;\\n]*")
_PER_HEAD = re.compile("每(?:人|位|户|名|月|日|天|周)[^,。!?;\\n]*")


def condition_kept_quiet(plan: PlanFacts) -> Iterator[str]:
    """The clause of the terms whose condition no message and no page tells."""
    if plan.messages is None or not plan.offer_terms:
        return
    told = _NONE_NEEDED.sub("", "\n".join(in_yuan(read(text).text) for text in plan.messages))
    for clause in _CLAUSE.split(read(plan.offer_terms).text):
        keys = _keys(_PER_HEAD.sub("", _NONE_NEEDED.sub("", in_yuan(clause))))
        if any(not _is_told(key, told) for key in keys):
            yield clause.strip()


def _keys(clause: str) -> Iterator[str]:
    for pattern in (_AMOUNT, _WHO, _ACT):
        for match in pattern.finditer(clause):
            yield next(value for value in match.groupdict().values() if value)


def _is_told(key: str, told: str) -> bool:
    if key[0].isdigit():
        return bool(re.search(f"(?<![\\d.]){re.escape(key)}", told))
    same = next((words for words in _SAME if key in words), frozenset({key}))
    return any(word in told for word in same)
