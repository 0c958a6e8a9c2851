from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "otklik.complaints"
    label = "complaints"
