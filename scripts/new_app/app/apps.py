from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "otklik.sample"
    label = "sample"
