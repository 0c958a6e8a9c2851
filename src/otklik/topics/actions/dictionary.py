"""The dictionary of topics: written by those who lead, shown examples by them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.topics.events import ExamplesGiven, TopicSaved
from otklik.topics.models import BETWEEN, Text, Topic

DEEPEST: Final = 4
"""So many names stand in a path at most."""
LONGEST: Final = 1_000
"""Letters of a text that are kept."""
MOST_EXAMPLES: Final = 200
_FIELDS: Final = ("name", "parent", "synonyms", "is_active")


@once_more_if_taken
@in_one
def save_topic(*, values: Mapping[str, Any], actor: Actor, topic: Topic | None = None) -> Topic:
    """Begin a topic, or change one; what stands below it follows.

    Raises ``Refusal('name_missing' | 'name_taken' | 'topic_in_a_circle' | 'topic_too_deep')``.
    """
    require(actor, "topics.edit")
    everything = {row.pk: row for row in Topic.objects.select_for_update(no_key=True).order_by("pk")}
    row = Topic() if topic is None else everything[topic.pk]
    before = {name: getattr(row, name) for name in ("name", "parent_id", "synonyms", "is_active")}
    _take(row, values, everything)
    now = {name: getattr(row, name) for name in before}
    changed = [field for field, name in zip(_FIELDS, before, strict=True) if topic is None or now[name] != before[name]]
    if not changed:
        return row
    _check(row, everything)
    row.save()
    _follow(row, everything)
    announce(TopicSaved(topic_id=row.pk, fields=changed), actor=actor)
    return row


def _take(row: Topic, values: Mapping[str, Any], everything: Mapping[int, Topic]) -> None:
    if "name" in values:
        row.name = " ".join(str(values["name"]).replace(BETWEEN.strip(), " ").split())[:80]
    if "parent" in values:
        row.parent = everything[values["parent"].pk] if values["parent"] else None
    if "synonyms" in values:
        words = (" ".join(one.split())[:80] for one in values["synonyms"])
        row.synonyms = list(dict.fromkeys(one for one in words if one))
    if "is_active" in values:
        row.is_active = bool(values["is_active"])


def _check(row: Topic, everything: Mapping[int, Topic]) -> None:
    if not row.name:
        raise _at("name_missing", "name", _("Give the topic a name."))
    above = _above(row, everything)
    row.path = BETWEEN.join([*(one.name for one in above), row.name])
    if len(above) >= DEEPEST:
        raise _at("topic_too_deep", "parent", _("Four names in a row are enough: choose one further up."))
    if any(one.path == row.path and one.pk != row.pk for one in everything.values()):
        raise _at("name_taken", "name", _("There is a topic of this name here. Show it more examples instead."))


def _above(row: Topic, everything: Mapping[int, Topic]) -> list[Topic]:
    """From the top down."""
    found: list[Topic] = []
    parent_id = row.parent_id
    while parent_id is not None:
        if parent_id == row.pk:
            raise _at("topic_in_a_circle", "parent", _("A topic cannot stand below itself."))
        found.insert(0, everything[parent_id])
        parent_id = found[0].parent_id
    return found


def _follow(row: Topic, everything: Mapping[int, Topic]) -> None:
    """Paths below a topic begin with its own. Raises ``Refusal('topic_too_deep')``."""
    for child in everything.values():
        if child.parent_id == row.pk and child.pk != row.pk:
            child.path = f"{row.path}{BETWEEN}{child.name}"
            if child.path.count(BETWEEN) >= DEEPEST:
                raise _at("topic_too_deep", "parent", _("Four names in a row are enough: choose one further up."))
            Topic.objects.filter(pk=child.pk).update(path=child.path)
            _follow(child, everything)


def _at(code: str, field: str, said: str) -> Refusal:
    return Refusal(code, said, fields={field: said})


@in_one
def give_examples(*, topic: Topic, texts: Iterable[str], actor: Actor) -> int:
    """Show a topic texts that are of it; returns how many of them are new. What stood with another topic comes over.

    Raises ``Refusal('text_missing' | 'too_many_examples' | 'topic_retired')``.
    """
    require(actor, "topics.edit")
    check_in_use(topic)
    wanted = [" ".join(one.split())[:LONGEST] for one in texts]
    if not wanted or not all(wanted):
        raise _at("text_missing", "texts", _("Write the words of a customer as an example."))
    if len(wanted) > MOST_EXAMPLES:
        raise _at("too_many_examples", "texts", _("At most 200 examples at once, please."))
    now = timezone.now()
    said = {"said_by_id": actor.pk if actor.is_agent else None, "said_at": now}
    given = Text.objects.filter(source=Text.Source.GIVEN)
    known = dict(given.filter(words__in=wanted).values_list("words", "topic_id"))
    given.filter(words__in=[words for words, was in known.items() if was != topic.pk]).update(topic=topic, **said)
    new = [words for words in dict.fromkeys(wanted) if words not in known]
    rows = (Text(source=Text.Source.GIVEN, words=words, topic=topic, at=now, **said) for words in new)
    Text.objects.bulk_create(rows)
    if new or set(known.values()) - {topic.pk}:
        announce(ExamplesGiven(topic_id=topic.pk, count=len(new)), actor=actor)
    return len(new)


def check_in_use(topic: Topic) -> None:
    """Raises ``Refusal('topic_retired')``."""
    if not topic.is_active:
        raise Refusal("topic_retired", _("This topic is no longer used. Take another, or bring it back."))
