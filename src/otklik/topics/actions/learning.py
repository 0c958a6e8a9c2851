"""What the examples teach: measured, kept, and used on every text about which nobody has said anything."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from otklik.foundation.database.transactions import in_one
from otklik.foundation.policies import policy
from otklik.topics.actions.reading import LOOKS_BACK
from otklik.topics.models import Lesson, Text, Topic

MOST_OF_A_TOPIC: Final = 200
MOST_EXAMPLES: Final = 6_000
_FEWEST_OF_NONE: Final = 5
_AT_ONCE: Final = 500
_JUDGED_AT_ONCE: Final = 5_000
_NONE: Final = 0
_ANOTHER: Final = 0.1
"""A surety that moves by less is not written down anew."""


def make_meanings(*, most: int = _AT_ONCE) -> int:
    """Give texts the numbers that they lack, or have from another embedder; returns how many.

    While the embedder is away nothing is lost: they wait.
    """
    from otklik.knowledge.search.embedding import EmbedderAway  # noqa: PLC0415  (numpy, for workers)
    from otklik.topics.learning.features import as_bytes, made_by, meanings_of  # noqa: PLC0415

    rows = list(Text.objects.exclude(words="").exclude(made_by=made_by()).order_by("id")[:most])
    try:
        meanings = meanings_of([row.words for row in rows])
    except EmbedderAway:
        return 0
    for row, meaning in zip(rows, meanings, strict=True):
        row.meaning, row.made_by = as_bytes(meaning), made_by()
    Text.objects.bulk_update(rows, ["meaning", "made_by"], batch_size=_AT_ONCE)
    return len(rows)


# ── Learning ──────────────────────────────────────────────────────────────────────────────
def learn_topics() -> bool:
    """Learn from the examples if they have changed since; True when something was learnt.

    Bounded: the newest 200 examples of a topic, 6,000 in all.
    """
    topics = list(Topic.objects.filter(is_active=True).order_by("pk"))
    examples = _examples()
    checksum = _checksum(topics, examples)
    if Lesson.objects.filter(examples=checksum).exists():
        return False
    labels = [*(topic.pk for topic in topics), *([_NONE] if _has_none(examples) else [])]
    if len(labels) < 2 or not examples:  # noqa: PLR2004  (one topic is told from nothing)
        return _unlearn()
    _keep(topics, labels, _learnt(topics, examples, labels), checksum)
    return True


@dataclass(frozen=True)
class _Example:
    pk: int
    topic_id: int
    words: str
    meaning: bytes


def _examples() -> list[_Example]:
    from otklik.topics.learning.features import made_by  # noqa: PLC0415

    said = Text.objects.filter(said_at__isnull=False, made_by=made_by()).exclude(words="")
    rows = said.filter(Q(topic=None) | Q(topic__is_active=True)).order_by("-said_at", "-id")
    counts: defaultdict[int, int] = defaultdict(int)
    found = []
    for pk, topic_id, words, meaning in rows.values_list("pk", "topic_id", "words", "meaning")[: 2 * MOST_EXAMPLES]:
        counts[topic_id or _NONE] += 1
        if counts[topic_id or _NONE] <= MOST_OF_A_TOPIC:
            found.append(_Example(pk, topic_id or _NONE, words, bytes(meaning)))
    found = found[:MOST_EXAMPLES]
    return found if _has_none(found) else [one for one in found if one.topic_id != _NONE]


def _has_none(examples: Iterable[_Example]) -> bool:
    return sum(one.topic_id == _NONE for one in examples) >= _FEWEST_OF_NONE


def _checksum(topics: Sequence[Topic], examples: Iterable[_Example]) -> str:
    from otklik.topics.learning.features import made_by  # noqa: PLC0415

    told: list[Any] = [made_by(), policy("topics.precision"), *((one.pk, one.name, one.synonyms) for one in topics)]
    told += sorted((one.pk, one.topic_id, sha256(one.words.encode()).hexdigest()) for one in examples)
    return sha256(repr(told).encode()).hexdigest()


def _learnt(topics: Sequence[Topic], examples: Sequence[_Example], labels: Sequence[int]) -> Any:
    """``learning.judging.Learnt``, its columns in the order of ``labels``. Names and synonyms teach, too, but prove
    nothing."""
    import numpy as np

    from otklik.topics.learning.features import features, from_bytes, meanings_of  # noqa: PLC0415
    from otklik.topics.learning.judging import Named, learn  # noqa: PLC0415

    place = {label: number for number, label in enumerate(labels)}
    named = [(word, place[topic.pk]) for topic in topics for word in (topic.name, *topic.synonyms)]
    words = [word for word, _place in named]
    rows = features(from_bytes([one.meaning for one in examples]), [one.words for one in examples])
    names = Named(rows=features(meanings_of(words), words), labels=np.array([at for _word, at in named], np.int64))
    truth = np.array([place[one.topic_id] for one in examples], dtype=np.int64)
    return learn(rows, truth, len(labels), precision=policy("topics.precision") / 100, named=names)


@in_one
def _keep(topics: Sequence[Topic], labels: Sequence[int], learnt: Any, checksum: str) -> None:
    now = timezone.now()
    for topic, measure in zip(topics, learnt.measures, strict=False):
        Topic.objects.filter(pk=topic.pk).update(
            examples=measure.examples, taken=measure.taken, right=measure.right, bar=measure.bar, measured_at=now
        )
    Topic.objects.filter(is_active=False).exclude(bar=None).update(bar=None)
    Lesson.objects.all().delete()
    last = Text.objects.order_by("-id").values_list("id", flat=True).first() or 0
    weights = learnt.weights.tobytes()
    Lesson.objects.create(topics=labels, weights=weights, examples=checksum, oldest=last + 1, newest=last, at=now)


@in_one
def _unlearn() -> bool:
    """There is nothing to learn from: nothing is taken by itself."""
    gone, _rows = Lesson.objects.all().delete()
    Topic.objects.exclude(bar=None).update(bar=None)
    return bool(gone)


# ── Judging ───────────────────────────────────────────────────────────────────────────────
def judge_texts(*, most: int = _JUDGED_AT_ONCE) -> int:
    """Say of texts that nobody has spoken of what they are nearest to, and take those that a topic has earned to take.

    New ones first, then back from the newest to the oldest, so many at once; returns how many were looked at.
    """
    lesson = Lesson.objects.order_by("-pk").first()
    if lesson is None:
        return 0
    ready = _ready()
    ahead = list(ready.filter(pk__gt=lesson.newest).order_by("pk")[:most])
    behind = list(ready.filter(pk__lt=lesson.oldest).order_by("-pk")[: most - len(ahead)])
    if ahead or behind:
        _judge(lesson, [*ahead, *behind])
        newest = ahead[-1].pk if ahead else lesson.newest
        oldest = behind[-1].pk if behind else lesson.oldest
        Lesson.objects.filter(pk=lesson.pk).update(newest=newest, oldest=oldest)
    return len(ahead) + len(behind)


def _ready() -> QuerySet[Text]:
    """Texts that can be judged: none that come after one which has no numbers yet, so that none is passed over."""
    from otklik.topics.learning.features import made_by  # noqa: PLC0415

    rows = Text.objects.exclude(words="").filter(at__gte=timezone.now() - LOOKS_BACK)
    waiting = rows.exclude(made_by=made_by()).order_by("id").values_list("id", flat=True).first()
    rows = rows.filter(said_at=None, made_by=made_by())
    return rows if waiting is None else rows.filter(pk__lt=waiting)


_WRITE: Final = """
    UPDATE topics_text SET topic_id = judged.topic, first_id = judged.first, second_id = judged.second,
        third_id = judged.third, surety = judged.surety
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::float[])
        AS judged (id, topic, first, second, third, surety)
    WHERE topics_text.id = judged.id AND topics_text.said_at IS NULL
"""


def _judge(lesson: Lesson, rows: Sequence[Text]) -> None:
    """Only what has changed is written."""
    from otklik.topics.learning.features import features, from_bytes  # noqa: PLC0415
    from otklik.topics.learning.judging import nearest  # noqa: PLC0415

    bars = {row.pk: row.bar for row in Topic.objects.filter(is_active=True) if row.bar is not None}
    numbers = features(from_bytes([bytes(row.meaning) for row in rows]), [row.words for row in rows])
    judged = []
    for row, (top, surety) in zip(rows, nearest(numbers, bytes(lesson.weights), lesson.topics), strict=True):
        first, second, third = ([one or None for one in top] + [None] * 3)[:3]
        topic = first if first is not None and surety >= bars.get(first, 2.0) else None
        was = (row.topic_id, row.first_id, row.second_id, row.third_id)
        if was != (topic, first, second, third) or abs(row.surety - surety) > _ANOTHER:
            judged.append((row.pk, topic, first, second, third, surety))
    if judged:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [list(column) for column in zip(*judged, strict=True)])
