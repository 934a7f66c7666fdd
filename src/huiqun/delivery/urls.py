from django.urls import path

from huiqun.delivery.views import accounts, gateway, staff

app_name = "delivery"

urlpatterns = [
    path("", staff.run_list, name="run_list"),
    path("runs/<int:run_id>/", staff.run_page, name="run_page"),
    path("runs/<int:run_id>/progress/", staff.run_progress, name="run_progress"),
    path("runs/<int:run_id>/people/", staff.run_people, name="run_people"),
    path("runs/<int:run_id>/pause/", staff.run_pause, name="run_pause"),
    path("runs/<int:run_id>/resume/", staff.run_resume, name="run_resume"),
    path("runs/<int:run_id>/cancel/", staff.run_cancel, name="run_cancel"),
    path("search/", staff.recipient_search, name="recipient_search"),
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<int:account_id>/", accounts.account_edit, name="account_edit"),
    path("receipts/<int:account_id>/", gateway.receipts, name="receipts"),
    path("replies/<int:account_id>/", gateway.replies, name="replies"),
]
