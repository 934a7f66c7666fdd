from django.urls import path

from huiqun.customers.views import consents, erasures, imports, staff

app_name = "customers"

urlpatterns = [
    path("", staff.customer_index, name="customer_list"),
    path("export/", staff.customer_export, name="customer_export"),
    path("<int:customer_id>/", staff.customer_page, name="customer_page"),
    path("<int:customer_id>/unmask/", staff.customer_unmask, name="customer_unmask"),
    path("<int:customer_id>/give-consent/", consents.consent_give, name="consent_give"),
    path("<int:customer_id>/withdraw-consent/", consents.consent_withdraw, name="consent_withdraw"),
    path("<int:customer_id>/ask-erasure/", erasures.erasure_ask, name="erasure_ask"),
    path("erasures/", erasures.erasure_list, name="erasure_list"),
    path("erasures/<int:erasure_id>/erase/", erasures.erasure_do, name="erasure_do"),
    path("erasures/<int:erasure_id>/decline/", erasures.erasure_decline, name="erasure_decline"),
    path("consent-texts/", consents.consent_text_list, name="consent_text_list"),
    path("consent-texts/publish/", consents.consent_text_publish, name="consent_text_publish"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:import_id>/", imports.import_page, name="import_page"),
    path("imports/<int:import_id>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:import_id>/start/", imports.import_start, name="import_start"),
    path("imports/<int:import_id>/continue/", imports.import_continue, name="import_continue"),
    path("imports/<int:import_id>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:import_id>/refused.csv", imports.import_refusals, name="import_refusals"),
]
