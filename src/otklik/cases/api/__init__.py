"""Cases, messages and the history feed for programs; pages and programs call the same actions."""

from otklik.cases.api import known, promising, reading, stepping, writing
from otklik.cases.api.router import router

__all__ = ["known", "promising", "reading", "router", "stepping", "writing"]
