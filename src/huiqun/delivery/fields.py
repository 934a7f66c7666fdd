"""What rules may ask of the messages that reached a customer, or did not."""

from huiqun.delivery.rules.states import CHANNEL_WORDS
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, Choice, FieldType, Parameter
from huiqun.foundation.touch_fields import CAMPAIGN, DAYS, how_often, when_last, whether
from huiqun.lib.words import gettext_noop as _

GROUP = _("Messages")
CHANNEL = Parameter(
    name="channel",
    label=_("channel"),
    type=FieldType.CODE,
    choices=tuple(Choice(value=code, label=label) for code, label in CHANNEL_WORDS.items() if code),
    open=True,
    several=True,
)

fields.register(
    AudienceField(
        name="messages.sent",
        label=_("Number of messages sent"),
        phrase=_("number of messages sent in the last %(days)s days"),
        description=_(
            "Of all campaigns and channels, or of one: for instance to leave out who hears from us often."
        ),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(DAYS, CHANNEL, CAMPAIGN),
        relation=how_often("sent"),
        absent=0,
    ),
    AudienceField(
        name="messages.last",
        label=_("Day of the last message"),
        phrase=_("day of the last message in %(days)s days"),
        description=_("Unknown for customers to whom none was sent in that time."),
        type=FieldType.DAY,
        group=GROUP,
        parameters=(DAYS, CHANNEL, CAMPAIGN),
        relation=when_last("sent"),
    ),
    AudienceField(
        name="messages.clicked",
        label=_("Number of links opened"),
        phrase=_("number of links opened in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(DAYS, CHANNEL, CAMPAIGN),
        relation=how_often("clicked"),
        absent=0,
    ),
    AudienceField(
        name="messages.undelivered",
        label=_("Number of messages that did not arrive"),
        phrase=_("number of messages that did not arrive in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(DAYS, CHANNEL),
        relation=how_often("failed", "bounced"),
        absent=0,
    ),
    AudienceField(
        name="messages.unsubscribed",
        label=_("Unsubscribed from messages"),
        phrase=_("unsubscribed from messages in the last %(days)s days"),
        description=_(
            "Whoever unsubscribed is not sent to in any case: the gates see to that, not this field."
        ),
        type=FieldType.FLAG,
        group=GROUP,
        parameters=(DAYS, CHANNEL),
        relation=whether("unsubscribed"),
        absent=False,
    ),
    AudienceField(
        name="messages.complained",
        label=_("Complained about a message"),
        phrase=_("complained about a message in the last %(days)s days"),
        type=FieldType.FLAG,
        group=GROUP,
        parameters=(DAYS, CHANNEL, CAMPAIGN),
        relation=whether("complained"),
        absent=False,
    ),
)
