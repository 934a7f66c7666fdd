"""Whether words are meant as a promise: not when denied, not when quoted as a warning."""

import re

from huiqun.compliance.rulebook.reading import Reading

_REACH = 18
_HARMLESS_NOTS = re.compile(
    "不仅|不但|不只|不光|不管|不论|不用|不必|不需|不怕|不愁|不慌|不断|不同凡响|不止|不一样|不容错过|不限|不可错过|"
    "不来|不买|不要错过|不要犹豫|不再犹豫|不再担心|不再纠结|不再等|不负|不凡|"
    "无忧|无论|无需|无须|无惧|无门槛|非常|非凡|非买|并非不|不得不|不能不|不会不|没有不|无不|"
    "未来|未雨|没有理由|不动|不费|不操心|不得了"
)
_DENIAL = re.compile(
    "不(?:得|能|会|可|应|予|许|准|是|再|做|作|做出|作出|提供|承诺|保证|构成|代表|等于|等同于?|属于|存在|具备|宣传|同于|含|"
    "包含|涉及|以|使用|意味着?|支持|允许)|"
    "并非|绝非|而非|并不|从不|决不|绝不|也不|均不|都不|没有|没有任何|无任何|无法|禁止|严禁|切勿|请勿|勿|"
    "不要|莫|别信|拒绝|杜绝|谨防|警惕|防范|当心|小心|识别|识破|远离|揭穿|揭秘|戳穿|举报|抵制|打击|整治|"
    "所谓|声称|宣称|号称|自称|谎称|打着|冒充|诱饵|骗局|陷阱|误以为|误导|曲解|轻信|误区|"
    "告别|取代|退出|叫停|停止|停发|过去的|曾经的|以往的"
)
_TOUCHING = re.compile("(?:不|非|未|勿|莫|无|没)$")
_WARNING_AFTER = re.compile(
    "陷阱|骗局|骗术|诈骗|骗子|套路|谎言|不可信|别信|勿信|不要相信|不可轻信|请勿轻信|切勿|是假的|都是假|不属实|"
    "时代[^。!?\n]{0,6}(?:结束|过去|终结)|已退出|已停止|已取消|成为历史|已成历史|违法|违规|不合规|误区|"
    "要警惕|需警惕|请警惕|提高警惕|要当心|要小心|须谨慎辨别|能信吗|可信吗|靠谱吗|是真的吗|真的吗|存在吗|可能吗|是不是真|行为[,、]?请|请(?:及时|立即|马上)?(?:拨打|投诉|举报|报警|向我行|核实)|"
    "(?:都|均|皆)?不(?:是真|存在|现实|靠谱|可取|可能)|并不存在|请举报|请报警|等(?:话术|说法|字眼|字样|宣传|承诺|名义|噱头)|"
    "的(?:话术|说法|宣传|噱头|名义|幌子|诱惑)"
)
_DENYING_ANSWER = re.compile(
    r"\??[\n\s]*(?:答:|a:|回答:)?(?:不|没|否|非|是假|假的|错|骗|别|勿|按照?规定|根据规定|绝不|并非|误区|当心|小心|警惕)"
)


def is_harmless(reading: Reading, start: int, end: int) -> bool:
    """Whether the words at text[start:end] are denied, or held up as a warning."""
    return (
        _is_denied(reading, start)
        or _is_warned_about(reading, start, end)
        or _is_asked_and_denied(reading, end)
    )


def _is_denied(reading: Reading, start: int) -> bool:
    before = reading.text[max(reading.clause_start(start), start - _REACH) : start]
    before = _HARMLESS_NOTS.sub("--", before)
    return bool(_TOUCHING.search(before) or _DENIAL.search(before))


def _is_asked_and_denied(reading: Reading, end: int) -> bool:
    """保本吗？不保本。A question that the next sentence answers with no."""
    close = reading.sentence_end(end)
    return reading.text[close : close + 1] == "?" and bool(_DENYING_ANSWER.match(reading.text, close))


def _is_warned_about(reading: Reading, start: int, end: int) -> bool:
    after = reading.text[end : min(reading.sentence_end(end) + 1, end + 28)]
    if _WARNING_AFTER.search(after):
        return True
    before = reading.text[max(reading.sentence_start(start), start - 28) : start]
    return bool(re.search("警惕|谨防|严禁|切勿|勿信|骗子|诈骗|骗局|不法分子|识别|误区|以案说险|话术", before))
