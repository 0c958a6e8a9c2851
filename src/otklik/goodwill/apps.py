from django.apps import AppConfig


class GoodwillConfig(AppConfig):
    name = "otklik.goodwill"
    label = "goodwill"
