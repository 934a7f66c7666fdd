"""Activities in the menu, on customers' first page and in inboxes; what is told of them, and by the clock."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.communities import activity_actions as actions
from huiqun.communities.actions.activities import REMINDED
from huiqun.communities.events_activities import ActivityAttended, ActivitySignedUp
from huiqun.communities.queries.activities import next_of
from huiqun.communities.views.activities import READERS
from huiqun.foundation import clock, fields, flows, jobs, notices
from huiqun.foundation.fields import AudienceField, FieldType
from huiqun.foundation.panels import add_menu, add_panel
from huiqun.foundation.touch_fields import DAYS, how_often
from huiqun.lib.words import gettext_noop


def my_next_activity(request: HttpRequest, customer_id: int) -> str | None:
    row = next_of(customer_id, now=clock.now())
    if row is None:
        return None
    return render_to_string("communities/_my_activity.html", {"activity": row.activity}, request=request)


@jobs.periodic("*/10 * * * *", name="communities.remind_activities")
def remind_activities() -> None:
    actions.remind_activities(now=clock.now())


add_menu(
    section=_("Communities"),
    label=_("Activities"),
    url_name="activities:activity_list",
    roles=READERS,
    order=330,
)
add_panel(place="my", render=my_next_activity, order=30)
notices.register(
    REMINDED,
    gettext_noop("“%(title)s” is tomorrow: %(registered)s signed up, %(waiting)s in line."),
)
flows.register(
    flows.of_facts(
        "activities",
        {ActivityAttended.kind(): "activity_attended", ActivitySignedUp.kind(): "activity_signed_up"},
    )
)
fields.register(
    AudienceField(
        name="activities.attended",
        label=gettext_noop("Number of activities attended"),
        phrase=gettext_noop("number of activities attended in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=gettext_noop("Communities"),
        parameters=(DAYS,),
        relation=how_often("activity_attended"),
        absent=0,
    ),
    AudienceField(
        name="activities.signed_up",
        label=gettext_noop("Number of activities signed up for"),
        phrase=gettext_noop("number of activities signed up for in the last %(days)s days"),
        type=FieldType.NUMBER,
        group=gettext_noop("Communities"),
        parameters=(DAYS,),
        relation=how_often("activity_signed_up"),
        absent=0,
    ),
)
