"""Addresses under ``/desk/``."""

from django.urls import path

from otklik.figures import views

app_name = "figures"
urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/in-short/<int:number>/", views.in_short, name="in-short"),
    path("figures/<slug:name>/", views.table, name="table"),
]
