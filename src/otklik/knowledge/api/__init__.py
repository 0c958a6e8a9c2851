"""The help centre for programs; pages and programs call the same actions."""

from otklik.knowledge.api import arranging, learning, life, moving, reading, searching, writing
from otklik.knowledge.api.router import router

__all__ = ["arranging", "learning", "life", "moving", "reading", "router", "searching", "writing"]
