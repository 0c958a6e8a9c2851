"""Service standards for programs; pages and programs call the same actions."""

from otklik.standards.api import proposing, reading, writing
from otklik.standards.api.router import router

__all__ = ["proposing", "reading", "router", "writing"]
