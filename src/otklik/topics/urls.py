"""Addresses of topics under ``/desk/``."""

from django.urls import path

from otklik.foundation.in_use import only_with
from otklik.topics.views import dictionary, saying

app_name = "topics"
urlpatterns = [
    path("topics/", dictionary.dictionary, name="topics"),
    path("topics/new", dictionary.edit, name="new"),
    path("topics/<int:pk>/", dictionary.topic, name="topic"),
    path("topics/<int:pk>/edit", dictionary.edit, name="edit"),
    path("topics/problems/<int:pk>", only_with("complaints")(dictionary.watch), name="watch"),
    path("topics/texts/<int:pk>", saying.say, name="say"),
    path("cases/<int:number>/topic", saying.of_case, name="case-topic"),
    path("settings/topics", dictionary.settings, name="settings"),
]
