"""Making articles findable: their plain words and their meaning, derived once for each version."""

import numpy as np

from otklik.foundation.transactions import in_one
from otklik.knowledge.models import Searchable, SearchChange, Version
from otklik.knowledge.rendering import plain
from otklik.knowledge.search.embedding import embedder, made_by, vectors_of

_CHANGES_KEPT = 100


@in_one
def make_findable(version: Version) -> None:
    """Derive what the search needs; safe to run twice."""
    words = plain(version.body)
    vectors = vectors_of(embedder(), title=version.title, questions=version.questions, body=words)
    values = {"words": words, "vectors": np.ascontiguousarray(vectors).tobytes(), "made_by": made_by()}
    Searchable.objects.update_or_create(version=version, defaults=values)


def make_all_findable(*, most: int | None = None, again: bool = False) -> int:
    """Derive what live versions lack or have from another embedder; returns how many. ``again``: of every one."""
    live = Version.objects.filter(state=Version.State.LIVE).order_by("id")
    if not again:
        live = live.exclude(searchable__made_by=made_by())
    count = 0
    for version in live[:most] if most else live:
        make_findable(version)
        count += 1
    return count


def forget_old_changes() -> None:
    """Leave the last changes, so that comparing stays cheap."""
    last = SearchChange.objects.order_by("-id").values_list("id", flat=True)[_CHANGES_KEPT : _CHANGES_KEPT + 1]
    for number in last:
        SearchChange.objects.filter(id__lte=number).delete()
