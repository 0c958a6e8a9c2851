from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "otklik.suggestions"
    label = "suggestions"
