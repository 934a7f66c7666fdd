from django.urls import path

from huiqun.delivery.views import accounts, gateway, sms, staff, suppressions, uncertain

app_name = "delivery"

urlpatterns = [
    path("", staff.run_list, name="run_list"),
    path("runs/<int:run_id>/", staff.run_page, name="run_page"),
    path("runs/<int:run_id>/progress/", staff.run_progress, name="run_progress"),
    path("runs/<int:run_id>/people/", staff.run_people, name="run_people"),
    path("runs/<int:run_id>/pause/", staff.run_pause, name="run_pause"),
    path("runs/<int:run_id>/resume/", staff.run_resume, name="run_resume"),
    path("runs/<int:run_id>/cancel/", staff.run_cancel, name="run_cancel"),
    path("runs/<int:run_id>/pace/", staff.run_pace, name="run_pace"),
    path("runs/<int:run_id>/uncertain/", uncertain.run_uncertain, name="run_uncertain"),
    path("runs/<int:run_id>/resolve/", uncertain.run_resolve, name="run_resolve"),
    path("search/", staff.recipient_search, name="recipient_search"),
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<int:account_id>/try/", accounts.account_try, name="account_try"),
    path("accounts/<int:account_id>/", accounts.account_edit, name="account_edit"),
    path("accounts/<int:account_id>/sms/", sms.sms_page, name="sms_page"),
    path("accounts/<int:account_id>/sms/terms/", sms.sms_terms, name="sms_terms"),
    path("accounts/<int:account_id>/sms/signatures/new/", sms.signature_new, name="signature_new"),
    path("accounts/<int:account_id>/sms/templates/new/", sms.template_new, name="template_new"),
    path("signatures/<int:signature_id>/", sms.signature_edit, name="signature_edit"),
    path("signatures/<int:signature_id>/decision/", sms.signature_decide, name="signature_decide"),
    path("templates/<int:template_id>/", sms.template_edit, name="template_edit"),
    path("templates/<int:template_id>/decision/", sms.template_decide, name="template_decide"),
    path("suppressions/", suppressions.suppression_list, name="suppression_list"),
    path("suppressions/export/", suppressions.suppression_export, name="suppression_export"),
    path("suppressions/sample/", suppressions.list_sample, name="list_sample"),
    path("suppressions/lists/new/", suppressions.list_new, name="list_new"),
    path("suppressions/lists/<int:list_id>/", suppressions.list_page, name="list_page"),
    path("suppressions/lists/<int:list_id>/apply/", suppressions.list_apply, name="list_apply"),
    path("suppressions/lists/<int:list_id>/discard/", suppressions.list_discard, name="list_discard"),
    path("suppressions/<int:suppression_id>/lift/", suppressions.suppression_lift, name="suppression_lift"),
    path("suppressions/lifts/<int:lift_id>/", suppressions.lift_decide, name="lift_decide"),
    path("receipts/<int:account_id>/", gateway.receipts, name="receipts"),
    path("replies/<int:account_id>/", gateway.replies, name="replies"),
]
