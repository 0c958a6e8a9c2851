"""Figures that apps give to `/metrics`: a name, a meaning, a cheap query."""

from collections.abc import Callable, Iterator

type Count = Callable[[], float]
_figures: dict[str, tuple[str, Count]] = {}


def figure(name: str, meaning: str) -> Callable[[Count], Count]:
    """Register a gauge; ``name`` is stable and starts with ``otklik_``. The query must be cheap at a million cases."""

    def registered(count: Count) -> Count:
        _figures[name] = (meaning, count)
        return count

    return registered


def all_figures() -> Iterator[tuple[str, str, float]]:
    """Name, meaning and value of each, by name."""
    for name, (meaning, count) in sorted(_figures.items()):
        yield name, meaning, count()
