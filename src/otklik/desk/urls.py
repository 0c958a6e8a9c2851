"""Addresses of the desk: the inbox and the case here, all else in ``urls_settings``."""

from django.urls import include, path

from otklik.desk.views import inbox, search, undoing

app_name = "desk"

# ── Inbox, case, search, new case ─────────────────────────────────────────────────────────
working = [
    path("", inbox.inbox, name="inbox"),
    path("bulk", inbox.bulk, name="bulk"),
    path("new/", search.search, name="new"),
    path("search", search.search, name="search"),
    path("palette", search.palette, name="palette"),
    path("undo/<str:token>", undoing.undo, name="undo"),
]

urlpatterns = [
    *working,
    path("", include("otklik.desk.urls_settings")),
]
