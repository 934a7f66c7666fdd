"""The products the demo bank sells."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """Rates are yearly, in basis points; days are counted from today, None is open."""

    code: str
    name: str
    kind: str
    issuer: str
    risk_level: int | None = None
    bank_risk_level: int | None = None
    rate_kind: str = ""
    rate_low_bp: int | None = None
    rate_high_bp: int | None = None
    rate_from_days: int = -60
    rate_until_days: int | None = None
    sale_start_days: int = -400
    sale_end_days: int | None = None
    term_days: int | None = None
    minimum_fen: int = 0
    distributed: bool = False


OWN = "江川银行"
WEALTH = "江川理财有限责任公司"
FUND = "示范基金管理有限公司"
LIFE = "示范人寿保险股份有限公司"

SHELF: tuple[DemoProduct, ...] = (
    DemoProduct(code="D001", name="活期存款", kind="deposit", issuer=OWN, rate_kind="fixed", rate_low_bp=5),
    DemoProduct(
        code="D012",
        name="整存整取一年期",
        kind="deposit",
        issuer=OWN,
        rate_kind="fixed",
        rate_low_bp=95,
        term_days=365,
        minimum_fen=5_000,
    ),
    DemoProduct(
        code="D036",
        name="大额存单三年期",
        kind="deposit",
        issuer=OWN,
        rate_kind="fixed",
        rate_low_bp=155,
        rate_until_days=60,
        term_days=1095,
        minimum_fen=20_000_000,
        sale_end_days=60,
    ),
    DemoProduct(
        code="S090",
        name="汇盈结构性存款90天",
        kind="structured_deposit",
        issuer=OWN,
        risk_level=1,
        bank_risk_level=2,
        rate_kind="range",
        rate_low_bp=80,
        rate_high_bp=210,
        rate_until_days=20,
        term_days=90,
        minimum_fen=1_000_000,
        sale_end_days=20,
    ),
    DemoProduct(
        code="W101",
        name="汇安每日开放固收理财",
        kind="wealth",
        issuer=WEALTH,
        risk_level=2,
        bank_risk_level=2,
        rate_kind="benchmark",
        rate_low_bp=190,
        rate_high_bp=240,
        rate_until_days=90,
        minimum_fen=100,
        distributed=True,
    ),
    DemoProduct(
        code="W205",
        name="汇享180天封闭固收增强理财",
        kind="wealth",
        issuer=WEALTH,
        risk_level=2,
        bank_risk_level=3,
        rate_kind="benchmark",
        rate_low_bp=220,
        rate_high_bp=310,
        rate_until_days=30,
        term_days=180,
        minimum_fen=100_000,
        sale_end_days=30,
        distributed=True,
    ),
    DemoProduct(
        code="F301",
        name="示范货币市场基金A",
        kind="fund",
        issuer=FUND,
        risk_level=1,
        bank_risk_level=1,
        minimum_fen=100,
        distributed=True,
    ),
    DemoProduct(
        code="F318",
        name="示范中证红利指数基金A",
        kind="fund",
        issuer=FUND,
        risk_level=4,
        bank_risk_level=4,
        minimum_fen=1_000,
        distributed=True,
    ),
    DemoProduct(
        code="F322",
        name="示范稳健养老目标一年持有混合基金",
        kind="fund",
        issuer=FUND,
        risk_level=3,
        bank_risk_level=3,
        minimum_fen=1_000,
        distributed=True,
    ),
    DemoProduct(
        code="I401",
        name="示范安康终身重大疾病保险",
        kind="insurance",
        issuer=LIFE,
        minimum_fen=300_000,
        distributed=True,
    ),
    DemoProduct(
        code="I405",
        name="示范年年福年金保险(分红型)",
        kind="insurance",
        issuer=LIFE,
        risk_level=2,
        bank_risk_level=2,
        minimum_fen=1_000_000,
        distributed=True,
    ),
    DemoProduct(
        code="G501",
        name="积存金",
        kind="precious_metal",
        issuer=OWN,
        risk_level=3,
        bank_risk_level=3,
        minimum_fen=70_000,
    ),
    DemoProduct(
        code="L601",
        name="汇易贷个人消费贷款",
        kind="loan",
        issuer=OWN,
        rate_kind="apr",
        rate_low_bp=310,
        rate_high_bp=680,
        term_days=1095,
    ),
    DemoProduct(
        code="L605",
        name="个人住房贷款",
        kind="loan",
        issuer=OWN,
        rate_kind="apr",
        rate_low_bp=305,
        rate_high_bp=390,
        term_days=10950,
    ),
    DemoProduct(
        code="C701",
        name="江川青年信用卡",
        kind="credit_card",
        issuer=OWN,
        rate_kind="apr",
        rate_low_bp=1825,
    ),
    DemoProduct(
        code="C702",
        name="江川白金信用卡",
        kind="credit_card",
        issuer=OWN,
        rate_kind="apr",
        rate_low_bp=1460,
    ),
)
