"""All that one customer's page shows, masked."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from huiqun.customers.models import Customer
from huiqun.customers.models.consents import CHANNEL_LABELS, PURPOSE_LABELS, STATE_LABELS
from huiqun.customers.queries.cards import card, mask
from huiqun.customers.queries.consents import Answer, consent_history, consents_of
from huiqun.customers.queries.texts import shown_current_texts
from huiqun.customers.queries.timeline import UNMASK_LABELS, source_label, timeline
from huiqun.customers.queries.wealth import aum_chart, wealth_of
from huiqun.customers.rules import IDENTIFIERS, ConsentState


@dataclass(frozen=True, kw_only=True)
class ShownAnswer:
    answer: Answer
    channel: str
    purpose: str
    state: str
    colour: str
    source: str

    @property
    def is_given(self) -> bool:
        return self.answer.state == ConsentState.GIVEN


def customer_context(customer: Customer) -> dict[str, Any]:
    wealth = wealth_of(customer_id=customer.pk)
    return {
        "customer": customer,
        "card": card(customer),
        "identifiers": [(name, label_of(name), mask(name, getattr(customer, name))) for name in IDENTIFIERS],
        "attributes": sorted(customer.attributes.items()),
        "wealth": wealth,
        "chart": aum_chart(wealth, series=_("Assets under management")),
        "consents": [_shown(answer) for answer in consents_of(customer_id=customer.pk)],
        "history": [_shown(answer) for answer in consent_history(customer_id=customer.pk)],
        "current_texts": shown_current_texts(),
        "timeline": timeline(customer_id=customer.pk),
        "unmask_purposes": UNMASK_LABELS.items(),
    }


def label_of(field: str) -> str:
    return str(Customer._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def _shown(answer: Answer) -> ShownAnswer:
    return ShownAnswer(
        answer=answer,
        channel=str(CHANNEL_LABELS.get(answer.channel, answer.channel)),  # type: ignore[call-overload]
        purpose=str(PURPOSE_LABELS.get(answer.purpose, answer.purpose)),  # type: ignore[call-overload]
        state=str(STATE_LABELS.get(answer.state, answer.state)),  # type: ignore[call-overload]
        colour="green" if answer.state == ConsentState.GIVEN else "red",
        source=source_label(answer.source),
    )
