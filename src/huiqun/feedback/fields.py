"""What rules may ask of what customers said."""

from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, FieldType
from huiqun.foundation.touch_fields import DAYS, how_often, when_last
from huiqun.lib.words import gettext_noop as _

GROUP = _("Feedback")

fields.register(
    AudienceField(
        name="feedback.surveys",
        label=_("Number of surveys answered"),
        phrase=_("number of surveys answered in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(DAYS,),
        relation=how_often("survey_answered"),
        absent=0,
    ),
    AudienceField(
        name="feedback.complaints",
        label=_("Number of complaints made"),
        phrase=_("number of complaints made in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=GROUP,
        parameters=(DAYS,),
        relation=how_often("complaint_made"),
        absent=0,
    ),
    AudienceField(
        name="feedback.last_case",
        label=_("Day on which the customer last wrote to us"),
        phrase=_("day on which the customer last wrote to us in %(days)s days"),
        description=_("Unknown for customers who did not write in that time."),
        type=FieldType.DAY,
        group=GROUP,
        parameters=(DAYS,),
        relation=when_last("case_opened"),
    ),
)
