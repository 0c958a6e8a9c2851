from django.apps import AppConfig


class TopicsConfig(AppConfig):
    name = "otklik.topics"
    label = "topics"
