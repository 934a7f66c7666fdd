"""The approved words of a run, and what every message says of opting out."""

from dataclasses import dataclass

from huiqun.compliance import queries as compliance
from huiqun.delivery.models import Run
from huiqun.delivery.rules.orders import ChannelPlan

REPLY_TO_STOP = "拒收请回复R"
CLICK_TO_STOP = "退订请点击"
CLICK_TO_CHOOSE = "选择接收内容请点击"


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def approved_words(run: Run, plan: ChannelPlan) -> dict[str, Words]:
    """Words by variant, out of the dossier that was approved under the run's digest."""
    found = {}
    for variant in plan.variants:
        words = compliance.words_of(run.digest, variant.key)
        found[variant.key] = Words(words.subject, words.body)
    return found
