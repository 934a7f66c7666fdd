"""What customers may agree to and have agreed to, as they themselves see it."""

from dataclasses import dataclass

from huiqun.customers.models import Consent, ConsentText
from huiqun.customers.queries.texts import shown_current_texts
from huiqun.customers.rules import ConsentState


@dataclass(frozen=True, kw_only=True)
class ConsentChoice:
    """One channel and purpose with the text that is shown now; labels are in the person's language.

    ``is_outdated``: there was a yes, but to a text that no longer counts.
    """

    text_id: int
    channel: str
    purpose: str
    channel_label: str
    purpose_label: str
    title: str
    body: str
    version: str
    is_given: bool
    is_outdated: bool


def consent_choice(*, customer_id: int, channel: str, purpose: str) -> ConsentChoice | None:
    """What is asked for one channel and purpose; None when the bank shows no text for it."""
    wanted = (channel, purpose)
    found = (
        each for each in consent_choices(customer_id=customer_id) if (each.channel, each.purpose) == wanted
    )
    return next(found, None)


def consent_choices(*, customer_id: int) -> list[ConsentChoice]:
    """All that the bank asks for, marketing first."""
    given = {
        (row.channel, row.purpose): row.text_version
        for row in Consent.objects.filter(customer_id=customer_id, state=ConsentState.GIVEN)
    }
    accepted = set(ConsentText.objects.filter(accepted=True).values_list("channel", "purpose", "version"))
    choices = []
    for shown in shown_current_texts():
        text = shown.text
        version = given.get((text.channel, text.purpose))
        counts = (text.channel, text.purpose, version) in accepted
        choices.append(
            ConsentChoice(
                text_id=text.pk,
                channel=text.channel,
                purpose=text.purpose,
                channel_label=shown.channel,
                purpose_label=shown.purpose,
                title=text.title,
                body=text.body,
                version=text.version,
                is_given=counts,
                is_outdated=version is not None and not counts,
            )
        )
    return sorted(choices, key=lambda choice: (choice.purpose, choice.text_id))
