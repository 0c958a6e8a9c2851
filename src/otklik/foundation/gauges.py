"""Gauges that apps give to `/metrics`: a name, a meaning, a cheap query."""

from collections.abc import Callable, Iterator

from otklik.foundation.in_use import app_of, is_in_use

type Count = Callable[[], float]
_gauges: dict[str, tuple[str, Count]] = {}


def gauge(name: str, meaning: str) -> Callable[[Count], Count]:
    """Register a gauge; ``name`` is stable and starts with ``otklik_``. The query must be cheap at a million cases."""

    def registered(count: Count) -> Count:
        _gauges[name] = (meaning, count)
        return count

    return registered


def all_gauges() -> Iterator[tuple[str, str, float]]:
    """Name, meaning and value of each, by name; nothing of apps that the house does without."""
    for name, (meaning, count) in sorted(_gauges.items()):
        if is_in_use(app_of(count.__module__)):
            yield name, meaning, count()
