from django.urls import path

from huiqun.workforce.views import accounts, api_keys, branches, people

app_name = "workforce"

urlpatterns = [
    path("branches/", branches.branch_list, name="branch_list"),
    path("branches/add/", branches.branch_add, name="branch_add"),
    path("branches/<int:branch_id>/", branches.branch_page, name="branch_page"),
    path("branches/<int:branch_id>/rename/", branches.branch_rename, name="branch_rename"),
    path("branches/<int:branch_id>/move/", branches.branch_move, name="branch_move"),
    path("branches/<int:branch_id>/close/", branches.branch_close, name="branch_close"),
    path("branches/<int:branch_id>/reopen/", branches.branch_reopen, name="branch_reopen"),
    path("keys/", api_keys.api_key_list, name="api_key_list"),
    path("keys/<int:api_key_id>/allow/", api_keys.api_key_allow, name="api_key_allow"),
    path("keys/<int:api_key_id>/revoke/", api_keys.api_key_revoke, name="api_key_revoke"),
    path("staff/", people.staff_list, name="staff_list"),
    path("staff/add/", people.staff_add, name="staff_add"),
    path("staff/export/", people.staff_export, name="staff_export"),
    path("staff/import/", people.staff_import, name="staff_import"),
    path("staff/<int:staff_id>/", people.staff_page, name="staff_page"),
    path("staff/<int:staff_id>/edit/", people.staff_edit, name="staff_edit"),
    path("staff/<int:staff_id>/roles/", people.staff_roles, name="staff_roles"),
    path("staff/<int:staff_id>/deactivate/", accounts.staff_deactivate, name="staff_deactivate"),
    path("staff/<int:staff_id>/reactivate/", accounts.staff_reactivate, name="staff_reactivate"),
    path("staff/<int:staff_id>/unlock/", accounts.staff_unlock, name="staff_unlock"),
    path("staff/<int:staff_id>/link/", accounts.staff_link, name="staff_link"),
    path("staff/<int:staff_id>/second-step/", accounts.staff_second_step, name="staff_second_step"),
]
