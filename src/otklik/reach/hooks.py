"""Addresses from the root that other programs call."""

from django.urls import path

from otklik.reach.views import hooks

app_name = "reach-hooks"
urlpatterns = [path("hooks/<slug:kind>/<str:route>", hooks.hook, name="hook")]
