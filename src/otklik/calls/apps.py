from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "otklik.calls"
    label = "calls"
