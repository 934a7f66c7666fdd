from django.urls import path

from huiqun.foundation.views import webhook_sources as sources
from huiqun.foundation.views import webhooks

app_name = "webhooks"

urlpatterns = [
    path("", webhooks.endpoint_list, name="endpoint_list"),
    path("new/", webhooks.endpoint_new, name="endpoint_new"),
    path("<int:endpoint_id>/", webhooks.endpoint_page, name="endpoint_page"),
    path("<int:endpoint_id>/edit/", webhooks.endpoint_edit, name="endpoint_edit"),
    path("<int:endpoint_id>/secret/", webhooks.endpoint_secret, name="endpoint_secret"),
    path("<int:endpoint_id>/switch/", webhooks.endpoint_switch, name="endpoint_switch"),
    path("<int:endpoint_id>/wake/", webhooks.endpoint_wake, name="endpoint_wake"),
    path("<int:endpoint_id>/resend/", webhooks.endpoint_resend, name="endpoint_resend"),
    path("sources/", sources.source_list, name="source_list"),
    path("sources/new/", sources.source_new, name="source_new"),
    path("sources/<int:source_id>/", sources.source_page, name="source_page"),
    path("sources/<int:source_id>/edit/", sources.source_edit, name="source_edit"),
    path("sources/<int:source_id>/secret/", sources.source_secret, name="source_secret"),
    path("hear/<int:source_id>/", sources.hear, name="hear"),
]
