from django.urls import path

from huiqun.partners.views import clerks, contracts, register

app_name = "partners"

urlpatterns = [
    path("", register.partner_list, name="partner_list"),
    path("export/", register.partner_export, name="partner_export"),
    path("new/", register.partner_new, name="partner_new"),
    path("<int:partner_id>/", register.partner_page, name="partner_page"),
    path("<int:partner_id>/edit/", register.partner_edit, name="partner_edit"),
    path("<int:partner_id>/suspend/", register.partner_suspend, name="partner_suspend"),
    path("<int:partner_id>/resume/", register.partner_resume, name="partner_resume"),
    path("<int:partner_id>/contacts/", register.contact_add, name="contact_add"),
    path("contacts/<int:contact_id>/remove/", register.contact_remove, name="contact_remove"),
    path("<int:partner_id>/keys/", register.key_bind, name="key_bind"),
    path("<int:partner_id>/keys/release/", register.key_release, name="key_release"),
    path("<int:partner_id>/contracts/new/", contracts.contract_new, name="contract_new"),
    path("contracts/<int:contract_id>/", contracts.contract_page, name="contract_page"),
    path("contracts/<int:contract_id>/edit/", contracts.contract_edit, name="contract_edit"),
    path("contracts/<int:contract_id>/paper/", contracts.contract_paper, name="contract_paper"),
    path("contracts/<int:contract_id>/paper/keep/", contracts.paper_keep, name="paper_keep"),
    path("contracts/<int:contract_id>/confirm/", contracts.contract_confirm, name="contract_confirm"),
    path("contracts/<int:contract_id>/end/", contracts.contract_end, name="contract_end"),
    path("<int:partner_id>/clerks/", clerks.clerk_invite, name="clerk_invite"),
    path("clerks/<int:clerk_id>/invite/", clerks.clerk_invite_again, name="clerk_invite_again"),
    path("clerks/<int:clerk_id>/shut-out/", clerks.clerk_shut_out, name="clerk_shut_out"),
]
