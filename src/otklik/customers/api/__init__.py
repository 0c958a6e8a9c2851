"""Customers for programs; pages and programs call the same actions."""

from otklik.customers.api import organizations, people, wishes
from otklik.customers.api.router import router

__all__ = ["organizations", "people", "router", "wishes"]
