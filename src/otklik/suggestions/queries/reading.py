"""Suggestions to read, as far as one may: everybody of the staff sees them, but words only of cases in sight."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import conversation_ids, visible_to
from otklik.customers import queries as customers
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.in_use import is_in_use
from otklik.foundation.manifest import Found
from otklik.foundation.policies import policy
from otklik.reach.models import Message
from otklik.reach.queries import messages_of
from otklik.suggestions.models import OVER, Link, State, Step, Suggestion, Voice, Word

_MOST_FOUND = 5
_MOST_OFFERED = 20


def voices_counted() -> Coalesce:
    """How many different people want it."""
    voices = Voice.objects.filter(suggestion=OuterRef("pk")).order_by().values("suggestion")
    return Coalesce(Subquery(voices.annotate(many=Count("pk")).values("many")), 0)


def in_sight(actor: Actor) -> QuerySet[Suggestion]:
    """Everybody reads what customers suggest and what colleagues do; of what hinders these, unless it is
    theirs, only what was answered."""
    if may(actor, "suggestions.decide"):
        return Suggestion.objects.all()
    mine = Exists(Voice.objects.filter(suggestion=OuterRef("pk"), agent_id=actor.pk or 0))
    return Suggestion.objects.filter(Q(hinders=False) | ~Q(answer="") | mine)


def suggestions(actor: Actor) -> QuerySet[Suggestion]:
    """Those in sight with their owner and ``voice_count``."""
    return in_sight(actor).select_related("owner").annotate(voice_count=voices_counted())


def suggestion_by_id(pk: int, *, actor: Actor) -> Suggestion:
    """Raises ``Refusal('not_found')`` alike for what does not exist and what is out of sight."""
    rows = suggestions(actor).select_related("owner", "answered_by", "shown_by", "duplicate_of")
    row = rows.filter(pk=pk).first() if pk <= BigIntegerField.MAX_BIGINT else None
    if row is None:
        raise not_there()
    return row


def not_there() -> Refusal:
    return Refusal("not_found", _("There is no such suggestion, or you may not see it."))


def waiting_for(actor: Actor, _now: datetime) -> QuerySet[Suggestion]:
    """New ones, for whoever decides; for everybody those that they own and that are not over."""
    mine = Q(owner_id=actor.pk) & ~Q(state__in=OVER)
    new = Q(state=State.NEW) if may(actor, "suggestions.decide") else Q(pk__in=[])
    return Suggestion.objects.filter(mine | new)


def names_of(ids: Collection[int]) -> Mapping[int, str]:
    rows = Suggestion.objects.filter(pk__in=ids).values_list("pk", "title")
    return {pk: title or _("No. %(number)d") % {"number": pk} for pk, title in rows}


def found(text: str, actor: Actor) -> Sequence[Found]:
    """By number, or by words of the title."""
    words = text.strip()
    by = Q(title__icontains=words)
    if words.isdecimal() and len(words) < 18:  # noqa: PLR2004 - what a number of a row can have
        by |= Q(pk=int(words))
    rows = in_sight(actor).filter(by).order_by("-id")[:_MOST_FOUND]
    return [Found(title=row.title, url=url_of(row)) for row in rows]


def url_of(row: Suggestion) -> str:
    return reverse("suggestions:suggestion", args=[row.pk])


# ── One of them ───────────────────────────────────────────────────────────────────────────
def words_in_sight(actor: Actor) -> QuerySet[Word]:
    """What people said, without what was said in cases that the actor may not see."""
    rows = Word.objects.select_related("written_by").order_by("id")
    if actor.sees_all:
        return rows
    return rows.filter(Q(case=None) | Q(case__in=visible_to(actor).order_by().values("id")))


def voices_of(row: Suggestion, actor: Actor) -> QuerySet[Voice]:
    """Voices in sight, the newest first, each with its words in ``said``."""
    rows = Voice.objects.filter(suggestion=row).select_related("customer__organization", "agent", "telling")
    if not actor.sees_all:
        theirs = customers.found("", actor=actor).order_by().values("id")
        rows = rows.filter(Q(customer=None) | Q(customer__in=theirs))
    return rows.prefetch_related(Prefetch("words", queryset=words_in_sight(actor), to_attr="said")).order_by(
        "-at", "-id"
    )


def steps_of(row: Suggestion) -> QuerySet[Step]:
    return row.steps.select_related("agent").order_by("id")


def links_of(row: Suggestion, actor: Actor) -> QuerySet[Link]:
    """What it has to do with, without cases out of sight, nor articles in a house without a help centre."""
    rows = row.links.select_related("case", "article__live", "standard").defer("case__search").order_by("id")
    if not is_in_use("knowledge"):
        rows = rows.filter(article=None)
    return rows if actor.sees_all else rows.filter(Q(case=None) | Q(case__in=visible_to(actor).order_by().values("id")))


def voice_of(row: Suggestion, *, customer_id: int) -> Voice | None:
    return Voice.objects.filter(suggestion=row, customer_id=customer_id).first()


def backs(row: Suggestion, actor: Actor) -> bool:
    """Whether this colleague has a voice for it."""
    return Voice.objects.filter(suggestion=row, agent_id=actor.pk or 0).exists()


def said_in(case: Case) -> list[Message]:
    """What the customer said in a case, the newest first: out of any of it a suggestion can be made."""
    rows = messages_of(conversation_ids(case)).filter(direction=Message.Direction.IN, automatic_because="")
    return list(rows.order_by("-id")[:_MOST_OFFERED])


# ── For apps above ────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Text:
    """A suggestion in words: title and what was written beside it, then what people said, oldest first.

    ``at``: when it was last changed; ``customer``: who said it first, None when nobody is known.
    """

    id: int
    text: str
    at: datetime
    customer: int | None


def texts_changed_since(moment: datetime, *, most: int = 1000) -> list[Text]:
    """Suggestions of customers changed after a moment, the longest unchanged first; for the next page ask from the last
    ``at`` on. Duplicates are left out: their voices are their original's."""
    first = Voice.objects.filter(suggestion=OuterRef("pk"), customer__isnull=False).order_by("at", "id")
    rows = Suggestion.objects.filter(changed_at__gt=moment, is_of_staff=False).exclude(state=State.DUPLICATE)
    rows = rows.annotate(first=Subquery(first.values("customer_id")[:1])).order_by("changed_at", "id")[:most]
    kept = list(rows)
    said: dict[int, list[str]] = {}
    for pk, text in (
        Word.objects.filter(voice__suggestion__in=kept)
        .exclude(text="")
        .order_by("id")
        .values_list("voice__suggestion", "text")
    ):
        said.setdefault(pk, []).append(text)
    return [
        Text(
            id=row.pk,
            text="\n".join(filter(None, (row.title, row.about, *said.get(row.pk, ())))),
            at=row.changed_at,
            customer=row.first,
        )
        for row in kept
    ]


# ── In public ─────────────────────────────────────────────────────────────────────────────
def is_board_open() -> bool:
    return bool(policy("suggestions.board_is_open"))


def on_board() -> QuerySet[Any]:
    """What everybody may read, with ``voice_count``; nothing while the house keeps its board to itself."""
    rows = Suggestion.objects.filter(shown_at__isnull=False, is_of_staff=False).exclude(state=State.DUPLICATE)
    rows = rows.annotate(voice_count=voices_counted()).select_related("answered_by")
    return rows if is_board_open() else rows.none()


def board_of(customer_id: int | None) -> QuerySet[Any]:
    """The same with ``is_mine``: whether this customer's voice is among them."""
    mine = Voice.objects.filter(suggestion=OuterRef("pk"), customer_id=customer_id or 0)
    rows: QuerySet[Any] = on_board().annotate(is_mine=Exists(mine))
    return rows


def shown_by_id(pk: int) -> Suggestion:
    """What stands on the board. Raises ``Refusal('not_found')``."""
    row = on_board().filter(pk=pk).first() if pk <= BigIntegerField.MAX_BIGINT else None
    if row is None:
        raise not_there()
    found: Suggestion = row
    return found
