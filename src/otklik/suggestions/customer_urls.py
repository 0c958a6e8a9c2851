"""Addresses of customers that stand in letters, so they are never changed."""

from django.urls import path

from otklik.foundation.in_use import only_with
from otklik.suggestions.views import helped, praised

app_name = "idea"
_here = only_with("suggestions")
urlpatterns = [
    path("idea/<str:link>/", _here(helped.helped), name="helped"),
    path("case/<str:link>/kind-words/", _here(praised.praised), name="praised"),
]
