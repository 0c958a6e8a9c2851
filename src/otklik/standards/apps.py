from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "otklik.standards"
    label = "standards"
