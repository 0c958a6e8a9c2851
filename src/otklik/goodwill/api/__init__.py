"""Goodwill and refusals for programs; pages and programs call the same actions."""

from otklik.goodwill.api import arranging, giving, refusing
from otklik.goodwill.api.router import router

__all__ = ["arranging", "giving", "refusing", "router"]
