"""Addresses under ``/desk/``: finding people and organizations, joining two records of one person."""

from django.urls import path

from otklik.customers import views

app_name = "customers"
urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/<int:customer_id>/points/<int:point_id>", views.change_point, name="customer-point"),
    path("customers/<int:customer_id>/merge", views.merge, name="customer-merge"),
    path("organizations/", views.organizations, name="organizations"),
]
