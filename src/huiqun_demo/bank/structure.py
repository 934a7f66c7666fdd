"""Branches and staff of the demo bank."""

from dataclasses import dataclass

BANK_NAME = "江川银行"
DEMO_PASSWORD = "Huiqun-demo-2026"  # printed at start


@dataclass(frozen=True, kw_only=True)
class DemoBranch:
    code: str
    name: str
    parent: str | None
    city: str
    share: float  # of the customers


@dataclass(frozen=True, kw_only=True)
class DemoStaff:
    username: str
    full_name: str
    branch: str
    roles: tuple[str, ...]
    duty: str  # as printed by `make demo`


BRANCHES: tuple[DemoBranch, ...] = (
    DemoBranch(code="0001", name="总行", parent=None, city="杭州", share=0.02),
    DemoBranch(code="0100", name="杭州分行", parent="0001", city="杭州", share=0.13),
    DemoBranch(code="0101", name="西溪支行", parent="0100", city="杭州", share=0.24),
    DemoBranch(code="0102", name="甬江支行", parent="0100", city="宁波", share=0.17),
    DemoBranch(code="0200", name="成都分行", parent="0001", city="成都", share=0.11),
    DemoBranch(code="0201", name="锦里支行", parent="0200", city="成都", share=0.20),
    DemoBranch(code="0202", name="绵州支行", parent="0200", city="绵阳", share=0.13),
)

STAFF: tuple[DemoStaff, ...] = (
    DemoStaff(
        username="marketer", full_name="陆知行", branch="0001", roles=("MARKETER",), duty="营销策划(总行)"
    ),
    DemoStaff(
        username="marketer-hz",
        full_name="沈若溪",
        branch="0100",
        roles=("MARKETER",),
        duty="营销策划(杭州分行)",
    ),
    DemoStaff(
        username="marketer-cd",
        full_name="唐可为",
        branch="0200",
        roles=("MARKETER",),
        duty="营销策划(成都分行)",
    ),
    DemoStaff(
        username="business", full_name="顾明远", branch="0001", roles=("BUSINESS_REVIEWER",), duty="业务审核"
    ),
    DemoStaff(
        username="business2",
        full_name="方予安",
        branch="0001",
        roles=("BUSINESS_REVIEWER",),
        duty="业务审核(代理)",
    ),
    DemoStaff(
        username="legal", full_name="程守正", branch="0001", roles=("LEGAL_REVIEWER",), duty="法务审核"
    ),
    DemoStaff(
        username="legal2", full_name="韩书言", branch="0001", roles=("LEGAL_REVIEWER",), duty="法务审核(代理)"
    ),
    DemoStaff(
        username="compliance",
        full_name="严慎之",
        branch="0001",
        roles=("COMPLIANCE_REVIEWER",),
        duty="合规审核",
    ),
    DemoStaff(
        username="compliance2",
        full_name="秦思敏",
        branch="0001",
        roles=("COMPLIANCE_REVIEWER",),
        duty="合规审核(代理)",
    ),
    DemoStaff(
        username="rm",
        full_name="林晓晨",
        branch="0101",
        roles=("RELATIONSHIP_MANAGER",),
        duty="客户经理(西溪支行)",
    ),
    DemoStaff(
        username="rm-cd",
        full_name="周慕川",
        branch="0201",
        roles=("RELATIONSHIP_MANAGER",),
        duty="客户经理(锦里支行)",
    ),
    DemoStaff(
        username="operator", full_name="苏念一", branch="0100", roles=("OPERATOR",), duty="社群运营(杭州分行)"
    ),
    DemoStaff(username="service", full_name="何宁", branch="0001", roles=("SERVICE_DESK",), duty="客诉专员"),
    DemoStaff(username="risk", full_name="江立衡", branch="0001", roles=("RISK_OFFICER",), duty="风控"),
    DemoStaff(username="analyst", full_name="白川", branch="0001", roles=("ANALYST",), duty="数据分析"),
    DemoStaff(username="auditor", full_name="石鉴", branch="0001", roles=("AUDITOR",), duty="审计"),
    DemoStaff(username="admin", full_name="安维", branch="0001", roles=("ADMINISTRATOR",), duty="系统管理员"),
)


def staff_phone(place: int) -> str:
    """Outside the customers' block, so that a test message to oneself reaches no customer."""
    return f"1999{place + 1:07d}"
