from django.urls import path

from huiqun.audiences.views import building, staff

app_name = "audiences"

urlpatterns = [
    path("", staff.audience_list, name="audience_list"),
    path("new/", building.audience_new, name="audience_new"),
    path("presets/", staff.preset_list, name="preset_list"),
    path("fields/", building.field_list, name="field_list"),
    path("data/", building.lake_page, name="lake_page"),
    path("count/", building.rule_count, name="rule_count"),
    path("sample/", building.rule_sample, name="rule_sample"),
    path("schema.json", building.rule_schema, name="rule_schema"),
    path("<int:audience_id>/", staff.audience_page, name="audience_page"),
    path("<int:audience_id>/edit/", building.audience_edit, name="audience_edit"),
    path("<int:audience_id>/diff/", staff.audience_diff, name="audience_diff"),
    path("<int:audience_id>/archive/", staff.audience_archive, name="audience_archive"),
    path("snapshots/<int:snapshot_id>/", staff.snapshot_page, name="snapshot_page"),
]
