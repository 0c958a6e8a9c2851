"""The versions of what people write, on a page: two of them compared, all of them listed, each to be brought back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from otklik.foundation.text.differences import Stretch, difference, is_different
from otklik.foundation.versions import Numbered

MOST_SHOWN = 100

type Parts = Sequence[tuple[str | Promise, str]]
"""The words of a version, part by part, each with its name on the screen."""


@dataclass(frozen=True, kw_only=True)
class Row[V: Numbered]:
    """One version. ``badge``: how it stands, in the page's words, with their ``tone``.

    ``back``: where a POST makes a new one with its words, '' for one whose words are there already.
    """

    version: V
    badge: str | Promise = ""
    tone: str = ""
    back: str = ""


def versions_part[V: Numbered](
    request: HttpRequest, rows: Sequence[Row[V]], *, parts: Callable[[V], Parts], before: Callable[[V], V | None]
) -> dict[str, Any]:
    """Context of ``ui/versions.html``. ``?from=1&to=3`` compares two of the ``rows`` (the newest first), else the
    newest with what was ``before`` it."""
    versions = [row.version for row in rows]
    new = _chosen(request, "to", versions) or versions[0]
    old = _chosen(request, "from", versions) or before(new)
    found = changes(parts(old), parts(new)) if old is not None else []
    return {"versions": rows, "new": new, "old": old, "changes": found}


def _chosen[V: Numbered](request: HttpRequest, name: str, rows: Sequence[V]) -> V | None:
    wanted = request.GET.get(name, "")
    return next((one for one in rows if str(one.number) == wanted), None)


def changes(old: Parts, new: Parts) -> list[tuple[str | Promise, list[Stretch]]]:
    """Each part that differs, by its name."""
    found = [(name, difference(was, now)) for (name, was), (_name, now) in zip(old, new, strict=True)]
    return [(name, stretches) for name, stretches in found if is_different(stretches)]
