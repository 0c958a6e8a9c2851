"""Addresses of customers that stand in letters, so they are never changed."""

from django.urls import path

from otklik.foundation.in_use import only_with
from otklik.suggestions.views import helped

app_name = "idea"
urlpatterns = [path("idea/<str:link>/", only_with("suggestions")(helped.helped), name="helped")]
