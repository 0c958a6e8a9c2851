"""``/files/``: kept files by signed address; ``/healthz``, ``/readyz``, ``/metrics`` for machines."""

from django.urls import path

from otklik.foundation import health, views

app_name = "foundation"
urlpatterns = [
    path("files/<str:token>/<str:name>", views.file, name="file"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
]
