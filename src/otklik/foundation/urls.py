"""Addresses: kept files by signed address, what machines ask, and under ``/desk/`` the pages about the house itself."""

from django.urls import include, path

from otklik.foundation import health
from otklik.foundation.views import company, files, modules
from otklik.foundation.webhooks import views as webhooks

app_name = "foundation"
desk = [
    path("settings/company", company.company, name="company"),
    path("settings/company/logo", company.company_logo, name="company-logo"),
    path("settings/modules/", modules.modules, name="modules"),
    path("settings/modules/<slug:name>", modules.switch, name="module-switch"),
    path("settings/webhooks/", webhooks.webhooks, name="webhooks"),
    path("settings/webhooks/new", webhooks.new_webhook, name="webhook-new"),
    path("settings/webhooks/<int:webhook_id>", webhooks.webhook, name="webhook-edit"),
    path("settings/webhooks/<int:webhook_id>/test", webhooks.test, name="webhook-test"),
    path("settings/webhooks/<int:webhook_id>/remove", webhooks.remove, name="webhook-remove"),
]
urlpatterns = [
    path("files/<str:token>/<str:name>", files.file, name="file"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("desk/", include(desk)),
]
