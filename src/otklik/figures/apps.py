from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "otklik.figures"
    label = "figures"
