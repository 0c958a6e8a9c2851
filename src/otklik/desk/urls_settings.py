"""Addresses of the desk beside the inbox and the case."""

from django.urls import path

from otklik.desk.views import customers, held, undelivered

urlpatterns = [
    path("held/", held.letters, name="held"),
    path("held/<int:raw_id>/", held.letter, name="held-letter"),
    path("held/<int:raw_id>/original", held.original, name="held-original"),
    path("held/<int:raw_id>/release", held.release, name="held-release"),
    path("held/<int:raw_id>/delete", held.delete, name="held-delete"),
    path("undelivered/", undelivered.letters, name="undelivered"),
    path("undelivered/<int:delivery_id>/", undelivered.retry, name="undelivered-retry"),
    path("undelivered/<int:delivery_id>/settle", undelivered.settle, name="undelivered-settle"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/<int:customer_id>/edit", customers.edit, name="customer-edit"),
    path("customers/<int:customer_id>/points", customers.add_point, name="customer-points"),
    path("customers/<int:customer_id>/points/<int:point_id>", customers.change_point, name="customer-point"),
    path("customers/<int:customer_id>/export", customers.export, name="customer-export"),
    path("customers/<int:customer_id>/erase", customers.erase, name="customer-erase"),
    path("customers/<int:customer_id>/merge", customers.merge, name="customer-merge"),
    path("organizations/", customers.organizations, name="organizations"),
    path("organizations/new", customers.new_organization, name="organization-new"),
    path("organizations/<int:organization_id>/", customers.organization, name="organization"),
]
