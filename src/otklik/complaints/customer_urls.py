"""Addresses of customers: their complaint stands under the page of their case."""

from django.urls import path

from otklik.complaints.views import customers
from otklik.foundation.in_use import only_with

app_name = "complaint"
_here = only_with("complaints")
urlpatterns = [
    path("case/<str:link>/complaint/", _here(customers.complaint), name="complaint"),
    path("case/<str:link>/complaint/word/", _here(customers.word), name="word"),
]
