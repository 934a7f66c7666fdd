"""The months of partners. Included by urls."""

from django.urls import path

from huiqun.benefits.views import settlements

urlpatterns = [
    path("settlements/", settlements.settlement_list, name="settlement_list"),
    path("settlements/draw/", settlements.settlement_draw, name="settlement_draw"),
    path("settlements/<int:settlement_id>/", settlements.settlement_page, name="settlement_page"),
    path("settlements/<int:settlement_id>/file/", settlements.settlement_export, name="settlement_export"),
    path("settlements/<int:settlement_id>/send/", settlements.settlement_send, name="settlement_send"),
    path("settlements/<int:settlement_id>/agree/", settlements.settlement_agree, name="settlement_agree"),
    path(
        "settlements/<int:settlement_id>/dispute/", settlements.settlement_dispute, name="settlement_dispute"
    ),
    path("settlements/<int:settlement_id>/settle/", settlements.settlement_settle, name="settlement_settle"),
    path("disputes/<int:dispute_id>/decide/", settlements.dispute_decide, name="dispute_decide"),
]
