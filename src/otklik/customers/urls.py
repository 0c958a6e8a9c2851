"""Addresses under ``/desk/``: finding people and organizations, joining two records, how a person is served."""

from django.urls import path

from otklik.customers.views import people, wishes

app_name = "customers"
urlpatterns = [
    path("customers/", people.customers, name="customers"),
    path("customers/<int:customer_id>/points/<int:point_id>", people.change_point, name="customer-point"),
    path("customers/<int:customer_id>/merge", people.merge, name="customer-merge"),
    path("customers/<int:customer_id>/wishes", wishes.wishes, name="wishes"),
    path("organizations/", people.organizations, name="organizations"),
]
