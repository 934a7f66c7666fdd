from django.urls import path

from huiqun.audiences.views import asking, building, comparing, exporting, lakes, members, staff

app_name = "audiences"

urlpatterns = [
    path("", staff.audience_list, name="audience_list"),
    path("new/", building.audience_new, name="audience_new"),
    path("presets/", staff.preset_list, name="preset_list"),
    path("fields/", building.field_list, name="field_list"),
    path("data/", lakes.lake_page, name="lake_page"),
    path("data/deliveries/<int:delivery_id>/", lakes.delivery_page, name="delivery_page"),
    path("count/", asking.rule_count, name="rule_count"),
    path("funnel/", asking.rule_funnel, name="rule_funnel"),
    path("sample/", asking.rule_sample, name="rule_sample"),
    path("text/", asking.rule_text, name="rule_text"),
    path("values/", asking.rule_values, name="rule_values"),
    path("overlap/", comparing.overlap, name="overlap"),
    path("import/", exporting.rule_import, name="rule_import"),
    path("schema.json", building.rule_schema, name="rule_schema"),
    path("<int:audience_id>/", staff.audience_page, name="audience_page"),
    path("<int:audience_id>/edit/", building.audience_edit, name="audience_edit"),
    path("<int:audience_id>/diff/", staff.audience_diff, name="audience_diff"),
    path("<int:audience_id>/archive/", staff.audience_archive, name="audience_archive"),
    path("<int:audience_id>/profile/", comparing.audience_profile, name="audience_profile"),
    path("<int:audience_id>/rule.json", exporting.rule_export, name="rule_export"),
    path("<int:audience_id>/export/", exporting.members_export, name="members_export"),
    path("<int:audience_id>/members/", members.audience_members, name="audience_members"),
    path("<int:audience_id>/members/refresh/", members.audience_refresh, name="audience_refresh"),
    path("<int:audience_id>/members/why/", members.audience_why, name="audience_why"),
    path("<int:audience_id>/members/changed/", members.change_cards, name="change_cards"),
    path("<int:audience_id>/members/watch/", members.audience_watch, name="audience_watch"),
    path("<int:audience_id>/schedules/", members.schedule_add, name="schedule_add"),
    path("schedules/<int:schedule_id>/end/", members.schedule_end, name="schedule_end"),
    path("snapshots/<int:snapshot_id>/", staff.snapshot_page, name="snapshot_page"),
]
