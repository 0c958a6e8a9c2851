"""Surveys for programs; pages and programs call the same actions."""

from otklik.surveys.api import answering, asking, building
from otklik.surveys.api.router import router

__all__ = ["answering", "asking", "building", "router"]
