"""Review, stops, licences, evidence; and the rulebook's own pages."""

from django.urls import path

from huiqun.compliance.urls_copy import urlpatterns as copy_patterns
from huiqun.compliance.views import (
    staff_chain,
    staff_evidence,
    staff_files,
    staff_licences,
    staff_reviews,
    staff_stops,
)

app_name = "compliance"

urlpatterns = [
    path("reviews/", staff_reviews.review_inbox, name="review_inbox"),
    path("dossiers/<int:dossier_id>/", staff_reviews.dossier_detail, name="dossier_detail"),
    path("dossiers/<int:dossier_id>/withdraw/", staff_reviews.dossier_withdraw, name="dossier_withdraw"),
    path("dossiers/<int:dossier_id>/stop/", staff_reviews.dossier_stop, name="dossier_stop"),
    path(
        "dossiers/<int:dossier_id>/signed-off.pdf",
        staff_reviews.dossier_signed_off,
        name="dossier_signed_off",
    ),
    path("steps/<int:step_id>/approve/", staff_reviews.step_approve, name="step_approve"),
    path("steps/<int:step_id>/waive/", staff_reviews.step_waive, name="step_waive"),
    path("waivers/<int:waiver_id>/withdraw/", staff_reviews.waiver_withdraw, name="waiver_withdraw"),
    path("steps/<int:step_id>/return/", staff_reviews.step_return, name="step_return"),
    path("steps/<int:step_id>/remind/", staff_reviews.step_remind, name="step_remind"),
    path("stops/", staff_stops.stop_list, name="stop_list"),
    path("stops/everything/", staff_stops.stop_everything, name="stop_everything"),
    path("chain/", staff_chain.chain, name="chain"),
    path("chain/new/", staff_chain.chain_step_new, name="chain_step_new"),
    path("chain/<int:chain_step_id>/", staff_chain.chain_step_edit, name="chain_step_edit"),
    path("chain/<int:chain_step_id>/remove/", staff_chain.chain_step_remove, name="chain_step_remove"),
    path("deputies/", staff_chain.deputy_list, name="deputy_list"),
    path("deputies/<int:deputy_id>/dismiss/", staff_chain.deputy_dismiss, name="deputy_dismiss"),
    path("licences/", staff_licences.licence_list, name="licence_list"),
    path("licences/new/", staff_licences.licence_new, name="licence_new"),
    path("licences/<int:licence_id>/", staff_licences.licence_detail, name="licence_detail"),
    path("licences/<int:licence_id>/end/", staff_licences.licence_end, name="licence_end"),
    path("evidence/", staff_evidence.evidence, name="evidence"),
    path("evidence/status/", staff_evidence.evidence_status, name="evidence_status"),
    path("evidence/verify/", staff_evidence.evidence_verify, name="evidence_verify"),
    path("evidence/anchor/", staff_evidence.evidence_anchor, name="evidence_anchor"),
    path("evidence/export/", staff_evidence.evidence_export, name="evidence_export"),
    path("evidence/facts/", staff_evidence.fact_list, name="fact_list"),
    path("check/files/", staff_files.file_list, name="file_list"),
    path("check/files/<int:file_id>/", staff_files.file_detail, name="file_detail"),
    path("check/files/<int:file_id>/progress/", staff_files.file_progress, name="file_progress"),
    path("check/files/<int:file_id>/picture/", staff_files.file_picture, name="file_picture"),
    *copy_patterns,
]
