"""What the rules ask of a customer and the terms do not say: a hidden threshold (隐形门槛). Pure.

The words of the terms are compared with the rules that the platform will carry out. What a customer would only find
out at the counter blocks; what a careful writer would also say is advice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from huiqun.benefits.rules.saying import numerals, says, says_number, sentences
from huiqun.benefits.rules.terms import BenefitTerms, Codes, Way
from huiqun.lib.severity import Severity
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Remark:
    """``sentence`` is a msgid with places for ``values``; ``about`` names the rule that nobody tells."""

    code: str
    severity: Severity
    sentence: str
    about: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCK


SCOPES = {
    "customer": (
        _("per customer"),
        r"每(位|个|名)?(客户|用户|人|持卡人)|单个?(客户|用户)|同一(客户|用户|人)|per customer",
    ),
    "document": (_("per identity document"), r"身份证|证件|身份信息|identity document"),
    "device": (_("per device"), r"设备|手机终端|每(台|部)手机|同一手机|per device"),
    "household": (_("per household"), r"每(户|个?家庭)|同一(家庭|住址|地址|户)|per household"),
    "branch": (_("per branch"), r"每(个|家)?(网点|支行|机构|分行)|各(网点|支行|分行)|per branch"),
    "day": (_("per day"), r"每(天|日)|当(天|日)|单日|per day"),
}
REAL_NAME = r"实名|身份证|有效证件|本人(有效)?(证件|凭)|核验身份|identity document"
COMPLAINTS = r"客服|客户服务|投诉|咨询|热线|955\d\d|9\d{4}|400-?\d|hotline|customer service"
FEW = r"先到先得|限量|限.{0,4}(份|张|个|名)|共.{0,8}(份|张|个|名)|总量|数量有限|名额|first come"
MAY_PASS = r"(可以?|支持|允许)(转赠|转让|赠送(他人|给))|may be passed on"
MAY_NOT_PASS = r"(不可|不得|不能|不支持|不允许|禁止)(转赠|转让)|may not be passed on"
CONDITIONS = r"条件|达到|满足|须|需|达标|资格|开通|办理|持有|不低于|满\d"
FINAL_SAY = r"解释权"


def lint(terms: BenefitTerms) -> tuple[Remark, ...]:
    """Every remark, those that block first."""
    told = "\n".join((terms.item, terms.specification, terms.how_to_use, terms.terms))
    found = [*_limits(terms, told), *_conditions(terms, told), *_use(terms, told), *_passing(terms, told)]
    found += _manners(terms, told)
    return tuple(sorted(found, key=lambda remark: remark.severity.rank))


def hidden(terms: BenefitTerms) -> tuple[Remark, ...]:
    """Those that refuse the freezing."""
    return tuple(remark for remark in lint(terms) if remark.blocks)


def _limits(terms: BenefitTerms, told: str) -> Iterator[Remark]:
    for scope, number in sorted(terms.limits.items()):
        label, words = SCOPES.get(scope, (scope, re.escape(scope)))
        if not any(says(words, each) and says_number(number, each) for each in sentences(told)):
            yield Remark(
                code="limit_untold",
                severity=Severity.BLOCK,
                sentence=_("The rules allow %(number)s piece(s) %(scope)s; the terms do not say so."),
                about=scope,
                values={"number": number, "scope": label},
            )
    if "customer" not in terms.limits and not says(SCOPES["customer"][1], told):
        yield _advice("once_untold", _("One piece per customer is given; say so in the terms."), "customer")


def _conditions(terms: BenefitTerms, told: str) -> Iterator[Remark]:
    """Each figure that a customer must reach stands in the terms; without figures, that there is a condition."""
    if not terms.conditions:
        return
    missing = [number for number in numerals(terms.conditions) if not says_number(number, told)]
    if missing or not says(CONDITIONS, told):
        yield Remark(
            code="condition_untold",
            severity=Severity.BLOCK,
            sentence=_("A condition must be met that the terms do not tell: %(figures)s."),
            about="conditions",
            values={"figures": ", ".join(map(str, missing)) or "—"},
        )


def _use(terms: BenefitTerms, told: str) -> Iterator[Remark]:
    if terms.use_days is not None and not says_number(
        terms.use_days, told, unit=r"(个?(自然|工作)?[天日]|days?)"
    ):
        yield _hidden(
            "days_untold",
            _("The piece expires %(days)s days after it is claimed; the terms do not say so."),
            "use_days",
            days=terms.use_days,
        )
    if terms.real_name and not says(REAL_NAME, told):
        yield _hidden(
            "real_name_untold",
            _("An identity document is asked for before use; the terms do not say so."),
            "real_name",
        )
    if terms.way is Way.POINTS and terms.points_price and not says_number(terms.points_price, told):
        yield _hidden(
            "price_untold",
            _("A piece costs %(points)s points; the terms do not say so."),
            "points_price",
            points=terms.points_price,
        )


def _passing(terms: BenefitTerms, told: str) -> Iterator[Remark]:
    promised, denied = says(MAY_PASS, told), says(MAY_NOT_PASS, told)
    if promised and not denied and not terms.transferable:
        yield _hidden(
            "passing_promised",
            _("The terms say that it may be passed on; the rules do not allow it."),
            "transferable",
        )
    elif terms.transferable and denied:
        yield _hidden(
            "passing_denied",
            _("The rules allow it to be passed on; the terms say that it may not be."),
            "transferable",
        )
    elif not terms.transferable and not denied and not says(r"仅限本人|本人使用", told):
        yield _advice("passing_untold", _("It may not be passed on; say so in the terms."), "transferable")


def _manners(terms: BenefitTerms, told: str) -> Iterator[Remark]:
    if says(FINAL_SAY, told):
        yield _hidden(
            "final_say",
            _("The terms keep the right of interpretation for the bank. Such a clause is void: strike it."),
            "terms",
        )
    if not says(COMPLAINTS, told):
        yield _advice(
            "complaints_untold",
            _("Say where a customer may ask and complain, for instance the hotline."),
            "terms",
        )
    if terms.way is Way.CLAIM and not says(FEW, told):
        yield _advice(
            "few_untold", _("There are %(quantity)s pieces; say that they may run out."), "quantity",
            quantity=terms.quantity,
        )  # fmt: skip
    if terms.codes is Codes.POOL and not says(r"券码|兑换码|卡密|code", told):
        yield _advice(
            "code_untold", _("The partner gives a code; say where it is entered or shown."), "codes"
        )


def _hidden(code: str, sentence: str, about: str, **values: Any) -> Remark:
    return Remark(code=code, severity=Severity.BLOCK, sentence=sentence, about=about, values=values)


def _advice(code: str, sentence: str, about: str, **values: Any) -> Remark:
    return Remark(code=code, severity=Severity.WARN, sentence=sentence, about=about, values=values)
