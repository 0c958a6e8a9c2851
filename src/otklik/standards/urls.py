"""Addresses under ``/desk/`` of the service standards."""

from django.urls import path

from otklik.standards import views

app_name = "standards"
urlpatterns = [
    path("settings/standards/", views.standards, name="standards"),
    path("settings/standards/new", views.standard, name="standard-new"),
    path("settings/standards/<int:standard_id>", views.standard, name="standard-edit"),
]
