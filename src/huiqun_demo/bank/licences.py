"""The licences of the demo bank: numbers in the right shape that were never given out."""

from dataclasses import dataclass

from huiqun_demo.bank.shelf import FUND, LIFE, WEALTH


@dataclass(frozen=True, kw_only=True)
class DemoLicence:
    kind: str
    name: str
    number: str
    scope: str
    branch: str = "0001"
    holder: str = "江川银行股份有限公司"
    issuer: str = ""
    issued_days_ago: int = 900
    expires_days: int | None = None
    channels: tuple[str, ...] = ()
    product_kinds: tuple[str, ...] = ()


LICENCES = (
    DemoLicence(
        kind="financial",
        name="金融许可证",
        number="B0000H000000001",
        scope="吸收公众存款、发放贷款、办理结算、代理保险等经批准的业务",
        issuer="国家金融监督管理总局(演示)",
        product_kinds=("deposit", "structured_deposit", "wealth", "loan", "credit_card"),
    ),
    DemoLicence(
        kind="fund_sales",
        name="基金销售业务资格",
        number="000000000",
        scope="公开募集证券投资基金销售",
        issuer="中国证券监督管理委员会(演示)",
        expires_days=700,
        product_kinds=("fund",),
    ),
    DemoLicence(
        kind="insurance_agency",
        name="保险兼业代理业务许可证",
        number="000000000000000000",
        scope="代理人身保险、财产保险",
        issuer="国家金融监督管理总局(演示)",
        expires_days=45,
        product_kinds=("insurance",),
    ),
    DemoLicence(
        kind="precious_metal",
        name="贵金属业务备案",
        number="JS-00000",
        scope="代理个人积存金业务",
        expires_days=400,
        product_kinds=("precious_metal",),
    ),
    DemoLicence(
        kind="icp",
        name="网站备案",
        number="演ICP备00000000号",
        scope="www.bank.example.com",
        channels=("h5",),
    ),
    DemoLicence(
        kind="app",
        name="手机银行App备案",
        number="演ICP备00000000号-1A",
        scope="江川银行手机银行",
        channels=("h5",),
    ),
    *(
        DemoLicence(
            kind="distribution",
            name=f"代销合作协议({issuer})",
            number=f"演代销-{number:04d}",
            scope="协议所列产品的代理销售",
            issuer=issuer,
            issued_days_ago=300,
            expires_days=430,
            product_kinds=(kind,),
        )
        for number, (issuer, kind) in enumerate(
            ((WEALTH, "wealth"), (FUND, "fund"), (LIFE, "insurance")), start=1
        )
    ),
    DemoLicence(
        kind="material",
        name="活动页插图与字体授权",
        number="演素材-0001",
        scope="活动页、邮件使用插图40幅、字体2款",
        issuer="江川图库(演示)",
        issued_days_ago=200,
        expires_days=165,
    ),
    DemoLicence(
        kind="portrait",
        name="网点员工形象照授权",
        number="演肖像-0001",
        scope="网点海报与活动页使用,不得转授权",
        issuer="网点员工(演示)",
        issued_days_ago=345,
        expires_days=20,
    ),
    DemoLicence(
        kind="sms_number",
        name="短信息服务接入代码",
        number="10690000000",
        scope="向已授权客户发送服务与营销短信",
        expires_days=365,
        channels=("sms",),
    ),
    DemoLicence(
        kind="other",
        name="杭州户外广告设置备案",
        number="演广备00000",
        scope="网点门头及橱窗广告",
        branch="0100",
        issued_days_ago=400,
        expires_days=-35,
    ),
)
