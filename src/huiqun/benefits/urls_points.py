"""The points ledger's and the pledges' pages for staff, and the tally for everybody."""

from django.urls import path

from huiqun.benefits.views import adjustments, earning_rules, pledges, points

urlpatterns = [
    path("points/", points.points_ledger, name="points_ledger"),
    path("points/movements/<int:movement_id>/", points.points_movement, name="points_movement"),
    path("points/claims/<int:claim_id>/", points.points_claim, name="points_claim"),
    path("points/report/", points.points_report, name="points_report"),
    path("points/report/export/", points.points_report_export, name="points_report_export"),
    path("points/checks/", points.points_checks, name="points_checks"),
    path("points/adjustments/", adjustments.adjustment_list, name="adjustment_list"),
    path("points/adjustments/new/", adjustments.adjustment_new, name="adjustment_new"),
    path("points/adjustments/<int:adjustment_id>/book/", adjustments.adjustment_book, name="adjustment_book"),
    path(
        "points/adjustments/<int:adjustment_id>/decline/",
        adjustments.adjustment_decline,
        name="adjustment_decline",
    ),
    path("points/rules/", earning_rules.earning_rule_list, name="earning_rule_list"),
    path("points/rules/new/", earning_rules.earning_rule_new, name="earning_rule_new"),
    path("points/rules/<int:earning_rule_id>/", earning_rules.earning_rule_page, name="earning_rule_page"),
    path("points/rules/<int:rule_draft_id>/edit/", earning_rules.earning_rule_edit, name="earning_rule_edit"),
    path(
        "points/rules/<int:earning_rule_id>/submit/",
        earning_rules.earning_rule_submit,
        name="earning_rule_submit",
    ),
    path(
        "points/rules/<int:earning_rule_id>/approve/",
        earning_rules.earning_rule_approve,
        name="earning_rule_approve",
    ),
    path(
        "points/rules/<int:earning_rule_id>/send-back/",
        earning_rules.earning_rule_send_back,
        name="earning_rule_send_back",
    ),
    path("points/rules/<int:earning_rule_id>/end/", earning_rules.earning_rule_end, name="earning_rule_end"),
    path("pledges/", pledges.pledge_list, name="pledge_list"),
    path("pledges/new/", pledges.pledge_new, name="pledge_new"),
    path("pledges/<int:pledge_id>/", pledges.pledge_page, name="pledge_page"),
    path("pledges/<int:pledge_draft_id>/edit/", pledges.pledge_edit, name="pledge_edit"),
    path("pledges/<int:pledge_id>/submit/", pledges.pledge_submit, name="pledge_submit"),
    path("pledges/<int:pledge_id>/open/", pledges.pledge_open, name="pledge_open"),
    path("pledges/<int:pledge_id>/send-back/", pledges.pledge_send_back, name="pledge_send_back"),
    path("pledges/<int:pledge_id>/pay/", pledges.pledge_pay, name="pledge_pay"),
    path("pledges/<int:pledge_id>/settle/", pledges.pledge_settle, name="pledge_settle"),
    path("pledges/<int:pledge_id>/tally/", pledges.pledge_tally, name="pledge_tally"),
    path("pledges/receipts/<int:transfer_id>/", pledges.pledge_receipt, name="pledge_receipt"),
]
