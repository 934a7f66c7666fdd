"""What a made-up person makes of a message: pure, and the same for the same dice.

The rates are of the size that banks report for messages to customers who agreed to them. Who was written
to and clicked is likelier to do what the message speaks of; everybody does it now and then anyway.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

OPEN = {"sms": 0.075, "email": 0.06}
PERSONAL_TOUCH = 0.02  # a message that names its reader is opened more often
SCANNED = 0.08
LEAVES = {"sms": 0.008, "email": 0.010}
LEAVES_ON_PAGE = 0.02
COMPLAINS = 0.08  # of those who leave
WANTS = {"join": 0.55, "claim": 0.62, "interested": 0.40}
UPLIFT_CLICKED, UPLIFT_INTERESTED = 0.10, 0.34
MINUTE = 60.0
LIFE_MINUTES = 6.0

AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
    " MicroMessenger/8.0.56(0x1800382d) NetType/WIFI Language/zh_CN",
    "Mozilla/5.0 (Linux; Android 14; V2324A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.188"
    " Mobile Safari/537.36 XWEB/1260183 MicroMessenger/8.0.56.2800 WeChat/arm64 NetType/4G Language/zh_CN",
    "Mozilla/5.0 (Linux; Android 15; 24129PN74C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile"
    " Safari/537.36",
)


@dataclass(frozen=True, kw_only=True)
class Deal:
    """What is done, how often anyway in the life of one campaign, and for how many yuan about."""

    kind: str
    product_kind: str
    product_code: str
    base: float
    yuan: int


DEALS: tuple[tuple[tuple[str, ...], Deal], ...] = (
    (("定投",), Deal(kind="plan_started", product_kind="fund", product_code="F322", base=0.006, yuan=500)),
    (("基金",), Deal(kind="buy", product_kind="fund", product_code="F322", base=0.007, yuan=5_000)),
    (("理财",), Deal(kind="buy", product_kind="wealth", product_code="W101", base=0.010, yuan=20_000)),
    (
        ("结构性存款",),
        Deal(kind="buy", product_kind="structured_deposit", product_code="S090", base=0.004, yuan=30_000),
    ),
    (
        ("保险", "保障"),
        Deal(kind="buy", product_kind="insurance", product_code="I401", base=0.003, yuan=6_000),
    ),
    (
        ("积存金", "黄金"),
        Deal(kind="buy", product_kind="precious_metal", product_code="G501", base=0.003, yuan=1_500),
    ),
    (
        ("开户", "推荐", "好友"),
        Deal(kind="account_opened", product_kind="deposit", product_code="D001", base=0.002, yuan=100),
    ),
    (("信用卡", "消费", "支付"), Deal(kind="spend", product_kind="", product_code="", base=0.020, yuan=260)),
    (("存",), Deal(kind="deposit_in", product_kind="deposit", product_code="D001", base=0.016, yuan=12_000)),
)
"""By what a message speaks of; the first that fits is what its readers go for."""


@dataclass(frozen=True, kw_only=True)
class Sale:
    """One transaction as the bank's systems will deliver it."""

    event_id: str
    person: int
    deal: Deal
    fen: int


@dataclass(frozen=True, kw_only=True)
class Intent:
    """Seconds are those of a town at normal speed."""

    opens: bool
    opens_after: float
    wants: tuple[str, ...]
    scanned_by: int | None
    scanned_after: float
    leaves: bool
    leaves_after: float
    leaves_on_page: bool
    answer: str
    agent: str
    buys: bool


def intent_of(message: Mapping[str, Any], dice: Random) -> Intent:
    channel, body = str(message["channel"]), str(message["body"])
    personal = PERSONAL_TOUCH if "女士" in body or "先生" in body else 0.0
    opens = dice.random() < OPEN.get(channel, 0.05) + personal
    wants = tuple(want for want, share in WANTS.items() if dice.random() < share)
    uplift = UPLIFT_INTERESTED if "interested" in wants else UPLIFT_CLICKED
    return Intent(
        opens=opens,
        opens_after=2.0 + min(dice.expovariate(1 / 45.0), 4 * MINUTE),
        wants=wants,
        scanned_by=dice.randrange(3) if dice.random() < SCANNED else None,
        scanned_after=dice.uniform(0.2, 3.0),
        leaves=dice.random() < LEAVES.get(channel, 0.0),
        leaves_after=dice.uniform(5.0, 2 * MINUTE),
        leaves_on_page=dice.random() < LEAVES_ON_PAGE,
        answer="投诉,不要再发" if dice.random() < COMPLAINS else dice.choice(("R", "r", "T", "退订")),
        agent=dice.choice(AGENTS),
        buys=dice.random() < uplift,
    )


def deal_of(body: str) -> Deal:
    """What a message speaks of; money paid in when it speaks of nothing we know."""
    for words, deal in DEALS:
        if any(word in body for word in words):
            return deal
    return DEALS[-1][1]


def bought_by(*, seed: int, run: str, person: int, body: str, intent: Intent) -> Iterator[tuple[float, Sale]]:
    """What somebody buys because of the message, and how many seconds after reading."""
    if not intent.buys:
        return
    dice = Random(f"{seed}:{run}:{person}:buys")
    yield dice.uniform(5.0, 1.5 * MINUTE), _sale(f"p-{run}-{person}", person, deal_of(body), dice)


def base_life(*, seed: int, run: str, size: int, body: str) -> Iterator[tuple[float, Sale]]:
    """What the customers of the bank do anyway in these minutes: the same chance for every one of them."""
    fitting = deal_of(body)
    for _words, deal in DEALS:
        share = deal.base if deal is fitting else deal.base / 4
        dice = Random(f"{seed}:{run}:{deal.kind}:{deal.product_kind}:life")
        for person in range(1, size + 1):
            if dice.random() < share:
                event = f"b-{run}-{deal.kind}-{deal.product_kind or 'x'}-{person}"
                yield dice.uniform(10.0, LIFE_MINUTES * MINUTE), _sale(event, person, deal, dice)


def _sale(event_id: str, person: int, deal: Deal, dice: Random) -> Sale:
    yuan = max(1.0, deal.yuan * dice.lognormvariate(0, 0.6))
    return Sale(event_id=event_id, person=person, deal=deal, fen=round(yuan) * 100)
