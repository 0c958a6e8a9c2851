"""A word on the screen with the icon and the tone that stand beside it."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Label:
    text: str | Promise
    icon: str = ""
    tone: str = ""
