from django.apps import AppConfig


class AbsencesConfig(AppConfig):
    name = "otklik.absences"
    label = "absences"
