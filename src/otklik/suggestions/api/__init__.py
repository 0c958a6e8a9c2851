"""Suggestions for programs; pages and programs call the same actions."""

from otklik.suggestions.api import deciding, reading, telling, thanks, writing
from otklik.suggestions.api.router import router

__all__ = ["deciding", "reading", "router", "telling", "thanks", "writing"]
