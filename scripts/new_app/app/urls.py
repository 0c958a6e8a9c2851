"""Addresses of the app sample under ``/desk/``."""

from django.urls import path

from otklik.sample import views

app_name = "sample"
urlpatterns = [
    path("sample/", views.entries_page, name="entries"),
    path("settings/sample", views.settings, name="settings"),
]
