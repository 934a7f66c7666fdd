"""What an SMS account has registered, for those who write, order and send."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from huiqun.compliance import queries as compliance
from huiqun.delivery.models import SmsSignature, SmsTemplate, SmsTerms
from huiqun.delivery.models.sms import RegistrationState
from huiqun.delivery.rules.orders import RunOrder
from huiqun.delivery.rules.refusals import SmsNotRegistered
from huiqun.delivery.rules.sms_templates import (
    OF_THE_ACCOUNT,
    PROBLEM_WORDS,
    Reading,
    Registration,
    Template,
)
from huiqun.delivery.rules.sms_text import Length, measure, stop_words
from huiqun.lib.channels import Channel
from huiqun.lib.template import render


def registration_of(account_id: int, *, on: date) -> Registration:
    """What is approved for an account on a day, with its terms."""
    terms = SmsTerms.objects.filter(pk=account_id).first() or SmsTerms(account_id=account_id)
    valid = Q(account_id=account_id, state=RegistrationState.APPROVED) & (
        Q(valid_until_date=None) | Q(valid_until_date__gte=on)
    )
    templates = SmsTemplate.objects.filter(valid).order_by("name").values_list("number", "text")
    return Registration(
        demands=terms.demands,
        signature_as=terms.signature_as,
        template_as=terms.template_as,
        price=terms.price,
        signatures=tuple(SmsSignature.objects.filter(valid).values_list("text", flat=True)),
        templates=tuple(Template(number, text) for number, text in templates),
    )


def any_account_demands() -> bool:
    """Whether any account wants something registered at all: most pages need not ask further."""
    return SmsTerms.objects.exclude(demands="").exists()


@dataclass(frozen=True)
class SmsReading:
    """One text as it is sent: its length, what it costs, and whether its account takes it. Costs in fen."""

    length: Length
    reading: Reading
    cost: float
    stop_words: str

    @property
    def problem(self) -> str:
        """A msgid, or ""."""
        return PROBLEM_WORDS.get(self.reading.problem, "")


def read_sms(registration: Registration, text: str) -> SmsReading:
    length = measure(text)
    return SmsReading(
        length=length,
        reading=registration.read(text),
        cost=registration.cost(length.segments),
        stop_words=stop_words(text),
    )


def check_registered(order: RunOrder, *, on: date) -> None:
    """What an order's accounts demand of its approved words; values of persons are judged when they are sent.
    :raises SmsNotRegistered"""
    for plan in order.channels:
        if plan.channel != Channel.SMS:
            continue
        registration = registration_of(plan.account_id, on=on)
        for variant in plan.variants if registration.demands else ():
            words = compliance.words_of(order.digest, variant.key).body
            reading = registration.read(filled_out(words, order))
            if reading.problem in OF_THE_ACCOUNT:
                raise SmsNotRegistered(variant=variant.key, problem=PROBLEM_WORDS[reading.problem])


TOKEN = 22
STAND_INS = {"name": "王小明", "salutation": "王女士", "branch": "本行", "optout": "拒收请回复R"}


def filled_out(words: str, order: RunOrder) -> str:
    """The words with stand-ins for what differs from person to person."""
    fixed = {str(name): str(value) for name, value in order.values.items()}
    link = f"{order.link_base.rstrip('/').removesuffix('/m')}/m/{'x' * TOKEN}/"
    return render(words, {**fixed, **STAND_INS, "link": link})
