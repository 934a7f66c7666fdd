"""What partners' clerks do at the counter, and what their managers read."""

from django.urls import path

from huiqun.benefits.views import counter, statements

urlpatterns = [
    path("", counter.counter_home, name="counter_home"),
    path("find/", counter.counter_find, name="counter_find"),
    path("use/<str:piece_code>/", counter.counter_use, name="counter_use"),
    path("statements/", statements.statement_list, name="statement_list"),
    path("statements/<int:settlement_id>/", statements.statement_page, name="statement_page"),
    path("statements/<int:settlement_id>/file/", statements.statement_file, name="statement_file"),
    path("statements/<int:settlement_id>/agree/", statements.statement_agree, name="statement_agree"),
    path("statements/<int:settlement_id>/dispute/", statements.statement_dispute, name="statement_dispute"),
]
