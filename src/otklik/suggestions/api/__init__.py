"""Suggestions for programs; pages and programs call the same actions."""

from otklik.suggestions.api import deciding, reading, telling, writing
from otklik.suggestions.api.router import router

__all__ = ["deciding", "reading", "router", "telling", "writing"]
