"""Addresses: the portal at the root, the desk under /desk/, the API under /api/v1/."""

from django.urls import include, path
from django.views.i18n import set_language

from otklik.config.api import api
from otklik.foundation.http.own_pages import own_pages_only
from otklik.foundation.modules import modules

urlpatterns = [
    path("", include("otklik.portal.urls")),
    path("desk/", include("otklik.desk.urls")),
    *(path("desk/", include(one.urls)) for one in modules() if one.urls),
    *(path("", include(one.customer_urls)) for one in reversed(modules()) if one.customer_urls),  # the narrower first
    path("api/v1/", api.urls),
    path("account/", include("otklik.team.urls_account")),
    path("", include("otklik.foundation.urls")),
    path("ui/", include("otklik.ui.urls")),
    path("i18n/setlang/", own_pages_only(set_language), name="set_language"),
]
