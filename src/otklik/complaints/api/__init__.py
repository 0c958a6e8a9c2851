"""Complaints for programs; pages and programs call the same actions."""

from otklik.complaints.api import problems, reading, settings, writing
from otklik.complaints.api.router import router

__all__ = ["problems", "reading", "router", "settings", "writing"]
