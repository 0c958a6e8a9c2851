from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "otklik.promises"
    label = "promises"
