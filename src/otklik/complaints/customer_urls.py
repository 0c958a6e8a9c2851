"""Addresses of customers: their complaint stands under the page of their case."""

from django.urls import path

from otklik.complaints.views import customers

app_name = "complaint"
urlpatterns = [
    path("case/<str:link>/complaint/", customers.complaint, name="complaint"),
    path("case/<str:link>/complaint/word/", customers.word, name="word"),
]
