"""This process's database connections, given up together."""

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper


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
