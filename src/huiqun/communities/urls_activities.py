from django.urls import path

from huiqun.communities.views import activities

app_name = "activities"

urlpatterns = [
    path("", activities.activity_list, name="activity_list"),
    path("new/", activities.activity_new, name="activity_new"),
    path("<int:activity_id>/", activities.activity_page, name="activity_page"),
    path("<int:activity_id>/edit/", activities.activity_edit, name="activity_edit"),
    path("<int:activity_id>/submit/", activities.activity_submit, name="activity_submit"),
    path("<int:activity_id>/decide/", activities.activity_decide, name="activity_decide"),
    path("<int:activity_id>/cancel/", activities.activity_cancel, name="activity_cancel"),
    path("<int:activity_id>/door/", activities.door, name="door"),
    path("<int:activity_id>/door/scans/", activities.door_scans, name="door_scans"),
]
