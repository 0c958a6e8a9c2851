"""Complaints for programs; pages and programs call the same actions."""

from otklik.complaints.api import reading, settings, writing
from otklik.complaints.api.router import router

__all__ = ["reading", "router", "settings", "writing"]
