from django.apps import AppConfig
from django.core.checks import register


class FoundationConfig(AppConfig):
    name = "otklik.foundation"
    label = "foundation"

    def ready(self) -> None:
        from otklik.foundation.events.announcing import load_reactions  # noqa: PLC0415
        from otklik.foundation.events.clock import wind_up  # noqa: PLC0415  (apps must be loaded first)
        from otklik.foundation.fitting import check_modules  # noqa: PLC0415

        load_reactions()
        wind_up()
        register(check_modules)
