"""This process's database connections, given up together."""

from typing import Final

from django.db import InterfaceError, OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg_pool import PoolTimeout

AWAY: Final = (OperationalError, InterfaceError, PoolTimeout)
"""What is raised when the database does not answer."""


def forget_dead_connections() -> None:
    """After a restart of the database: what waits in the pool is tried, and replaced where it is dead."""
    wrapper = connections["default"]
    wrapper.close()
    assert isinstance(wrapper, DatabaseWrapper)
    if wrapper.pool:
        wrapper.pool.check()


def close_pool() -> None:
    """Close this thread's connection and the pool: before a fork, and at the end of a process."""
    wrapper = connections["default"]
    wrapper.close()
    assert isinstance(wrapper, DatabaseWrapper)
    if wrapper.pool:
        wrapper.close_pool()
