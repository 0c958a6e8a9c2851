from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "otklik.team"
    label = "team"
