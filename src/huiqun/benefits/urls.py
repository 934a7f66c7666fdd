from django.urls import include, path

from huiqun.benefits.views import catalogue, claims, referral, staff, stock

app_name = "benefits"

urlpatterns = [
    path("referral/", referral.referral_list, name="referral_list"),
    path("referral/add/", referral.referral_add, name="referral_add"),
    path("referral/<int:programme_id>/", referral.referral_page, name="referral_page"),
    path("referral/<int:programme_id>/open/", referral.referral_open, name="referral_open"),
    path("referral/<int:programme_id>/end/", referral.referral_end, name="referral_end"),
    path("", staff.benefit_list, name="benefit_list"),
    path("new/", catalogue.benefit_new, name="benefit_new"),
    path("lint/", catalogue.benefit_lint, name="benefit_lint"),
    path("stock/", stock.stock_list, name="stock_list"),
    path("claims/", claims.claim_list, name="claim_list"),
    path("claims/export/", claims.claim_export, name="claim_export"),
    path("claims/<int:claim_id>/", claims.claim_page, name="claim_page"),
    path("claims/<int:claim_id>/use/", claims.claim_use, name="claim_use"),
    path("claims/<int:claim_id>/return/", claims.claim_return, name="claim_return"),
    path("claims/<int:claim_id>/revoke/", claims.claim_revoke, name="claim_revoke"),
    path("appeals/<int:appeal_id>/decide/", claims.appeal_decide, name="appeal_decide"),
    path("imports/<int:code_import_id>/", stock.import_page, name="import_page"),
    path("imports/<int:code_import_id>/refused.csv", stock.import_refused, name="import_refused"),
    path("<int:benefit_id>/", staff.benefit_page, name="benefit_page"),
    path("", include("huiqun.benefits.urls_points")),
    path("", include("huiqun.benefits.urls_play")),
    path("<int:benefit_id>/edit/", catalogue.benefit_edit, name="benefit_edit"),
    path("<int:benefit_id>/copy/", catalogue.benefit_copy, name="benefit_copy"),
    path("<int:benefit_id>/remove/", catalogue.benefit_remove, name="benefit_remove"),
    path("<int:benefit_id>/submit/", catalogue.benefit_submit, name="benefit_submit"),
    path("<int:benefit_id>/reopen/", catalogue.benefit_reopen, name="benefit_reopen"),
    path("<int:benefit_id>/picture/", catalogue.benefit_picture, name="benefit_picture"),
    path("<int:benefit_id>/account/", catalogue.benefit_account, name="benefit_account"),
    path("<int:benefit_id>/beside/", catalogue.benefits_beside, name="benefits_beside"),
    path("<int:benefit_id>/stock/", stock.stock_page, name="stock_page"),
    path("<int:benefit_id>/stock/burning/", stock.stock_burning, name="stock_burning"),
    path("<int:benefit_id>/stock/codes/", stock.codes_bring, name="codes_bring"),
    path("<int:benefit_id>/stock/top-up/", stock.stock_top_up, name="stock_top_up"),
    path("<int:benefit_id>/stock/level/", stock.stock_level, name="stock_level"),
    path("", include("huiqun.benefits.urls_settlements")),
]
