"""Addresses: the portal at the root, the desk under /desk/, the API under /api/v1/."""

from django.urls import include, path

from otklik.config.api import api

urlpatterns = [
    path("", include("otklik.portal.urls")),
    path("desk/", include("otklik.desk.urls")),
    path("api/v1/", api.urls),
    path("account/", include("allauth.urls")),
    path("", include("otklik.foundation.urls")),
    path("ui/", include("otklik.ui.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
