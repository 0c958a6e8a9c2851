"""Addresses of the desk beside the inbox and the case."""

from django.urls import path

from otklik.desk.views import held, undelivered

urlpatterns = [
    path("held/", held.letters, name="held"),
    path("held/<int:raw_id>/", held.letter, name="held-letter"),
    path("held/<int:raw_id>/original", held.original, name="held-original"),
    path("held/<int:raw_id>/release", held.release, name="held-release"),
    path("held/<int:raw_id>/delete", held.delete, name="held-delete"),
    path("undelivered/", undelivered.letters, name="undelivered"),
    path("undelivered/<int:delivery_id>/", undelivered.retry, name="undelivered-retry"),
    path("undelivered/<int:delivery_id>/settle", undelivered.settle, name="undelivered-settle"),
]
