from django.apps import AppConfig


class ReachConfig(AppConfig):
    name = "otklik.reach"
    label = "reach"
