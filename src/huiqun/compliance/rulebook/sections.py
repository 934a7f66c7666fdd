"""Headings: a warning over a section covers what is quoted in it, until the next heading of its own kind.

Found by walking back from the words, line by line and not far: never by reading the whole copy.
"""

import re

from huiqun.compliance.rulebook.reading import Reading
from huiqun.compliance.rulebook.wording import NO_FRAUD

_FURTHEST = 1500
_LINES = 30
_HEADING_LENGTH = 30

_WARNING = re.compile(
    "反诈|防诈|防骗|诈骗|骗局|骗术|防非|非法集资|非法金融|以案说险|以案释|典型案例|风险警示|警示(?:案例|教育|录)|话术|误区|辟谣|谣言|套路|识别|警惕|谨防|当心|小心|"
    "不得(?!不|了)|禁止|严禁|负面清单|红线|不要(?:相信|轻信)|(?:我们|我行|本行|员工|绝|请).{0,8}不(?:会|做|承诺|说|碰|允许).*:$|违规(?:行为|话术|用语|宣传|案例|示例)|错误(?:示范|话术|说法|示例)|反面(?:案例|教材)|哪些话|禁语|禁用(?:语|词)|十不|八不|三不|守住钱袋子|安全(?:手册|提示|提醒|课堂|知识|须知|用卡|月)|用卡安全|第[一二三四五六七八]招"
)
_SELLING = re.compile(
    "产品|推荐|活动|福利|热销|热卖|上新|预约|购买|抢购|专区|优选|爆款|新品|专享|限时|开售|发售|开抢|我行为您|为您(?:推荐|准备|精选)|亮点|优势|好物|礼|怎么买|如何参与|理财推荐|贷"
)
_ITEM = re.compile(
    r"(?:\(?\d{1,2}[.、)):]|[•·\-*]|\(?[①-⑳]|话术[一二三四五六七八九十\d]|案例[一二三四五\d]|第[一二三四五六七八九十]+[,、:条])"
)
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]+[章节部]|【|part ?\d|\d{2}(?!\d)"
)
_STORY_REACH = 80
_STORY = re.compile(
    "骗|诈|客服|对方|群里|群主|群内|老师|导师|专家|平台|谎|某|阿姨|大爷|大妈|老人|叔叔|奶奶|女士|先生|警|损失|转账|汇款|所谓|声称|号称|承诺|话术|陌生|网友|中介|下载|链接|诱|误|不存在|不可能|不要|切勿|请勿"
)
_PROMOTION = re.compile(
    "本产品|这款|本款|该款|我行(?:推出|发行|代销|保证|承诺|为您)|我们(?:推出|保证|承诺|为您|的产品)|快来|快抢|赶紧|抢购|抢先|立即(?:购|买|申|抢|办|投|加|扫)|马上(?:购|买|申|抢|办|投|加)|上车|限时|名额|起购|起投|加(?:我)?微信|扫码(?:购|买|申|领|加)|点击(?:购|买|申|抢|链接购)|"
    "欢迎(?:选购|购买|认购|申购|办理)|推荐您|为您推荐|热销|火爆|开售|发售|私聊我|放心(?:买|投|购)|闭眼"
)


def is_under_a_warning(reading: Reading, start: int) -> bool:
    """Whether the nearest heading that says what its section is about warns, and the sentence itself sells nothing."""
    text = reading.text
    line_start = text.rfind("\n", max(0, start - _FURTHEST), start) + 1
    if not line_start:
        return False
    sentence = text[reading.sentence_start(start) : min(reading.sentence_end(start), start + 80)]
    if _PROMOTION.search(sentence):
        return False
    tells = bool(_STORY.search(text, line_start, min(len(text), start + _STORY_REACH)))
    return _nearest_heading_warns(text, line_start, tells_a_story=tells)


def _nearest_heading_warns(text: str, line_start: int, *, tells_a_story: bool) -> bool:
    """A paragraph that is not the first under the heading must itself tell of fraud, or it may be selling again."""
    floor = max(0, line_start - _FURTHEST)
    for _ in range(_LINES):
        if line_start <= floor or line_start <= 0:
            return False
        previous = text.rfind("\n", floor, line_start - 1) + 1
        line = text[max(previous, floor) : line_start - 1]
        line_start = max(previous, floor)
        if _is_heading(line):
            if _WARNING.search(NO_FRAUD.sub("--", line)):
                return True
            if _SELLING.search(line):
                return False
        elif line and not _ITEM.match(line) and not tells_a_story:
            return False
    return False


def _is_heading(line: str) -> bool:
    if not line or len(line) > _HEADING_LENGTH * 2 or _ITEM.match(line):
        return False
    if line.endswith(":"):
        return True
    return len(line) <= _HEADING_LENGTH and (bool(_NUMBERED.match(line)) or line[-1] not in "。;,、!")
