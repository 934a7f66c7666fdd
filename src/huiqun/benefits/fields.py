"""What rules may ask of the benefits that a customer claimed and used."""

from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, FieldType
from huiqun.foundation.touch_fields import CAMPAIGN, DAYS, how_often, when_last
from huiqun.lib.words import gettext_noop as _

GROUP = _("Benefits")

fields.register(
    AudienceField(
        name="benefits.claimed",
        label=_("Number of benefits claimed"),
        phrase=_("number of benefits claimed in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(DAYS, CAMPAIGN),
        relation=how_often("claimed"),
        absent=0,
    ),
    AudienceField(
        name="benefits.used",
        label=_("Number of benefits used"),
        phrase=_("number of benefits used in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(DAYS, CAMPAIGN),
        relation=how_often("used"),
        absent=0,
    ),
    AudienceField(
        name="benefits.last",
        label=_("Day of the last benefit claimed"),
        phrase=_("day of the last benefit claimed in %(days)s days"),
        description=_("Unknown for customers who claimed none in that time."),
        type=FieldType.DAY,
        group=GROUP,
        parameters=(DAYS, CAMPAIGN),
        relation=when_last("claimed"),
    ),
)
