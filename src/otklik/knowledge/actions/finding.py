"""Making articles findable: their plain words and their meaning, derived once for each version."""

from collections.abc import Mapping

from otklik.foundation.database.transactions import in_one
from otklik.knowledge.derivation import made_by
from otklik.knowledge.models import Searchable, SearchChange, Version
from otklik.knowledge.rendering import plain

_CHANGES_KEPT = 100


def make_findable(version: Version, *, again: bool = False) -> bool:
    """Derive what the search needs, unless somebody has done it (False); ``again``: all the same."""
    from otklik.knowledge.search.embedding import embedder, vectors_of  # noqa: PLC0415  (numpy, for who derives)

    if not again and Searchable.objects.filter(version=version, made_by=made_by()).exists():
        return False
    words = plain(version.body)
    vectors = vectors_of(embedder(), title=version.title, questions=version.questions, body=words)
    values: dict[str, str | bytes] = {
        "words": words,
        "vectors": vectors.tobytes(),
        "made_by": made_by(),
    }
    _keep(version, values)
    return True


@in_one
def _keep(version: Version, values: Mapping[str, str | bytes]) -> None:
    Searchable.objects.update_or_create(version=version, defaults=values)


def make_all_findable(*, most: int | None = None, again: bool = False) -> int:
    """Derive what live versions lack or have from another embedder; returns how many. ``again``: of every one.

    Each is a transaction of its own: stopped, it goes on where it was; a worker may help at the same time.
    """
    live = Version.objects.filter(state=Version.State.LIVE).order_by("id")
    if not again:
        live = live.exclude(searchable__made_by=made_by())
    return sum(make_findable(version, again=again) for version in (live[:most] if most else live).iterator())


def forget_old_changes() -> None:
    """Leave the last changes, so that comparing stays cheap."""
    last = SearchChange.objects.order_by("-id").values_list("id", flat=True)[_CHANGES_KEPT : _CHANGES_KEPT + 1]
    for number in last:
        SearchChange.objects.filter(id__lte=number).delete()
