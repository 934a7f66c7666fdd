"""Rows that are always there: the three least steps, and the permit row that a stop of everything locks."""

from huiqun.compliance.models import ChainStep, Permit
from huiqun.compliance.models.permits import EVERYTHING

# Words of the bank, to be edited on the chain page: (role, name, working days, checklist).
LEAST_STEPS = (
    (
        "business_reviewer",
        "业务审核",
        1,
        (
            "活动目的、期限、预算与权益说明真实完整",
            "客群口径与产品风险等级相符",
            "利率、费用、名额等数字与产品文件一致",
        ),
    ),
    (
        "legal_reviewer",
        "法务审核",
        2,
        (
            "无绝对化用语、无保本保收益表述",
            "活动规则完整，最终解释权等格式条款不损害客户权利",
            "肖像、商标、第三方素材已获授权",
        ),
    ),
    (
        "compliance_reviewer",
        "合规审核",
        2,
        (
            "风险提示醒目，信息披露齐备",
            "营销授权同意、退订方式与触达频次合规",
            "所列证照有效且覆盖本次业务",
        ),
    ),
)


def write_first_rows(using: str = "default") -> None:
    """Safe to repeat; what a bank has edited stays."""
    Permit.objects.using(using).get_or_create(subject=EVERYTHING)
    for place, (role, name, working_days, checklist) in enumerate(LEAST_STEPS, start=1):
        ChainStep.objects.using(using).get_or_create(
            role=role,
            least=True,
            defaults={
                "name": name,
                "position": place * 10,
                "working_days": working_days,
                "checklist": list(checklist),
            },
        )
