"""Activities on customers' own pages, below ``/my/activities/``."""

from django.urls import path

from huiqun.communities.views import phone_activities

app_name = "my_activities"

urlpatterns = [
    path("", phone_activities.activities, name="activities"),
    path("<int:activity_id>/", phone_activities.activity, name="activity"),
    path("<int:activity_id>/sign-up/", phone_activities.sign_up, name="sign_up"),
    path("<int:activity_id>/cancel/", phone_activities.cancel, name="cancel"),
    path("<int:activity_id>/pictures/", phone_activities.portrait, name="portrait"),
    path("<int:activity_id>/code.svg", phone_activities.code, name="code"),
    path("<int:activity_id>/calendar.ics", phone_activities.calendar_file, name="calendar"),
]
