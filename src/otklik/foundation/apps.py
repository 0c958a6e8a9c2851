from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "otklik.foundation"
    label = "foundation"

    def ready(self) -> None:
        from otklik.foundation.events import load_reactions  # noqa: PLC0415  (apps must be loaded first)

        load_reactions()
