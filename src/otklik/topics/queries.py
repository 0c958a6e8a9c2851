"""The dictionary, what stands under its topics, and what a case is about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import visible_to
from otklik.complaints.models import Problem
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.figures import Counted, Figure, Unit, share
from otklik.foundation.in_use import is_in_use
from otklik.foundation.manifest import Found, Person
from otklik.topics.counting import of_topic
from otklik.topics.models import Signal, Text, Topic, Watch

LATELY: Final = timedelta(days=28)
_MOST_FOUND: Final = 5
_MOST_SIGNALS: Final = 10


def topics() -> QuerySet[Topic]:
    """All of them, with ``lately``: how many cases of the last four weeks are of it, and ``before``: of the four weeks
    before those."""
    now = timezone.now()
    mine = Text.objects.filter(topic=OuterRef("pk"), case__isnull=False).order_by().values("topic")
    counted = Count("case", distinct=True)
    lately = mine.filter(at__gte=now - LATELY).annotate(many=counted).values("many")
    before = mine.filter(at__gte=now - 2 * LATELY, at__lt=now - LATELY).annotate(many=counted).values("many")
    return Topic.objects.annotate(lately=Coalesce(Subquery(lately), 0), before=Coalesce(Subquery(before), 0))


def topic_by_id(pk: int) -> Topic:
    """As ``topics`` has it. Raises ``Refusal('not_found')``."""
    row = topics().select_related("parent").filter(pk=pk).first() if pk <= _MOST_ID else None
    if row is None:
        raise Refusal("not_found", _("There is no such topic."))
    return row


_MOST_ID: Final = 2**63 - 1


def topics_in_use() -> QuerySet[Topic]:
    """Those that a text can be said to be of, as a tree."""
    return Topic.objects.filter(is_active=True).order_by("path")


def measure_of(topic: Topic) -> Figure | None:
    """How often what it takes, or would take, is right; None before anything was tried."""
    if topic.measured_at is None or not topic.taken:
        return None
    found = share(topic.right, topic.taken)
    return Figure.of(found, unit=Unit.SHARE, counted=Counted.TEXTS, counted_at=topic.measured_at, enough=0)


def signals(now: datetime) -> list[Signal]:
    """Those of the last four weeks whose problem is not settled, the last first."""
    if not is_in_use("complaints"):
        return []
    settled = Q(problem__state__in=[Problem.State.CHECKED, Problem.State.NO_HELP])
    rows = Signal.objects.filter(at__gte=now - LATELY).exclude(settled).select_related("topic", "problem")
    return list(rows.order_by("-begins", "-pk")[:_MOST_SIGNALS])


def problems_of(topic: Topic) -> list[Problem]:
    """Problems that this topic measures, the last first."""
    if not is_in_use("complaints"):
        return []
    rows = Watch.objects.filter(topic=topic).select_related("problem").order_by("-pk")
    return [row.problem for row in rows[:_MOST_FOUND]]


def topic_of_signal(source: str) -> str:
    """What the signal of an alert is about; '' when it is gone."""
    row = Signal.objects.filter(pk=int(source)).select_related("topic").first() if source.isdecimal() else None
    return row.topic.path if row else ""


# ── Texts in sight ────────────────────────────────────────────────────────────────────────
def texts(actor: Actor) -> QuerySet[Text]:
    """What this person may read: of cases in their sight, of surveys only what has a name, and what was given."""
    rows = Text.objects.exclude(words="").defer("meaning").select_related("topic", "first", "answer__sitting__version")
    named = Q(answer__sitting__names="identified") if may(actor, "surveys.see") else Q(pk=None)
    seen = Q(source=Text.Source.GIVEN) | named
    cases = Q(case__isnull=False) if actor.sees_all else Q(case__in=visible_to(actor).order_by().values("id"))
    return rows.filter(seen | cases & ~Q(case__state=Case.State.SPAM))


def said_of(topic: Topic, actor: Actor) -> QuerySet[Text]:
    """What people said of it lately, the newest first; no examples that were typed in."""
    return texts(actor).filter(of_topic(topic)).exclude(source=Text.Source.GIVEN).order_by("-at", "-id")


def perhaps_of(topic: Topic, actor: Actor) -> QuerySet[Text]:
    """What nobody has spoken of and is nearest to this topic, the surest first."""
    waiting = texts(actor).filter(first=topic, said_at=None)
    return waiting.filter(at__gte=timezone.now() - 3 * LATELY).order_by("-surety", "-id")


def examples_of(topic: Topic, actor: Actor) -> QuerySet[Text]:
    """What people have said to be of it, the last first."""
    return texts(actor).filter(topic=topic, said_at__isnull=False).order_by("-said_at", "-id")


def text_by_id(pk: int, *, actor: Actor) -> Text:
    """Raises ``Refusal('not_found')`` alike for what does not exist and what is out of sight."""
    row = texts(actor).select_related("case").filter(pk=pk).first() if pk <= _MOST_ID else None
    if row is None:
        raise Refusal("not_found", _("There is no such text, or you may not see it."))
    return row


# ── Beside a case ─────────────────────────────────────────────────────────────────────────
def beside_case(case: Case, _actor: Actor) -> Mapping[str, Any] | None:
    """What the case is about, or what it might be; None before it was read."""
    rows = Text.objects.filter(case_id=case.pk, source=Text.Source.CASE).exclude(words="").defer("meaning", "words")
    text = rows.select_related("topic", "first", "second", "third", "said_by").first()
    if text is None:
        return None
    near = [one for one in (text.first, text.second, text.third) if one is not None and one.is_active]
    if text.topic is None and text.said_at is None and not near:
        return None
    return {"text": text, "offers": [one for one in near if one.pk != text.topic_id]}


# ── For the frame ─────────────────────────────────────────────────────────────────────────
def topic_names(ids: Collection[int]) -> Mapping[int, str]:
    return dict(Topic.objects.filter(pk__in=ids).values_list("pk", "path"))


def found(words: str, _actor: Actor) -> Sequence[Found]:
    """Topics whose name or synonym holds these words."""
    rows = Topic.objects.filter(Q(path__icontains=words) | Q(synonyms__icontains=words)).order_by("path")
    return [Found(title=row.path, url=reverse("topics:topic", args=[row.pk])) for row in rows[:_MOST_FOUND]]


def texts_of_person(person: Person) -> dict[str, Any]:
    """As it is taken out with the person's data: what their words were taken to be about."""
    rows = Text.objects.filter(case__in=person.cases).exclude(topic=None).order_by("id")
    return {"topics": list(rows.annotate(of=F("topic__path")).values("case_id", "source", "of", "at"))}
