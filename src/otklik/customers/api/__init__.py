"""Customers for programs; pages and programs call the same actions."""

from otklik.customers.api import people, wishes
from otklik.customers.api.router import router

__all__ = ["people", "router", "wishes"]
