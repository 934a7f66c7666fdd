"""The approved words of a run, filled in for one person."""

from dataclasses import dataclass

from huiqun.compliance import queries as compliance
from huiqun.customers.queries import MergeValues
from huiqun.delivery.models import Run
from huiqun.delivery.queries.links import make_link
from huiqun.delivery.rules.orders import ChannelPlan
from huiqun.lib.channels import Channel
from huiqun.lib.template import render

REPLY_TO_STOP = "拒收请回复R"
CLICK_TO_STOP = "退订请点击"


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


def filled(words: Words, run: Run, channel: str, recipient_id: int, person: MergeValues) -> tuple[str, str]:
    """Subject and body for one person. :raises TemplateInvalid, VariableMissing"""
    values = {
        **{str(name): str(value) for name, value in run.values.items()},
        "name": person.name,
        "salutation": person.salutation,
        "branch": person.branch,
        "link": link_url(run, recipient_id),
        "optout": opt_out_words(run, channel, recipient_id),
    }
    return (render(words.subject, values) if words.subject else ""), render(words.body, values)


def link_url(run: Run, recipient_id: int) -> str:
    base = run.link_base.rstrip("/").removesuffix("/m")
    return f"{base}/m/{make_link(recipient_id)}/"


def unsubscribe_url(run: Run, recipient_id: int) -> str:
    return f"{link_url(run, recipient_id)}unsubscribe/"


def opt_out_words(run: Run, channel: str, recipient_id: int) -> str:
    """How to say no in this channel; written in the customers' language, as the copy is."""
    if channel == Channel.EMAIL:
        return f"{CLICK_TO_STOP} {unsubscribe_url(run, recipient_id)}"
    return str(run.values.get("optout") or REPLY_TO_STOP)
