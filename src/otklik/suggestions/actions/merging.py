"""Two suggestions are one: the voices come together, nobody's words are lost, and nobody counts twice."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.suggestions.actions.record import change, check_open, step
from otklik.suggestions.events import SuggestionsMerged
from otklik.suggestions.models import Link, State, Suggestion, Telling, Voice, Word


@in_one
def merge(*, suggestion: Suggestion, into: Suggestion, actor: Actor) -> Suggestion:
    """All voices, words and links of ``suggestion`` belong to ``into``; what is left of it leads there.

    Raises ``Refusal('merged_with_itself' | 'is_duplicate' | 'not_the_same_kind')``.
    """
    require(actor, "suggestions.decide")
    if suggestion.pk == into.pk:
        raise Refusal("merged_with_itself", _("Choose another suggestion."))
    row, target = _both(suggestion, into)
    check_open(row)
    check_open(target)
    if row.is_of_staff != target.is_of_staff:
        said = _("What colleagues suggest is not joined with what customers do: these would see it.")
        raise Refusal("not_the_same_kind", said)
    bring_voices(Voice.objects.filter(suggestion=row), target)
    _bring_links(row, target)
    Telling.objects.filter(suggestion=row).update(suggestion=target)
    Suggestion.objects.filter(duplicate_of=row).update(duplicate_of=target)
    change(row, state=State.DUPLICATE, duplicate_of=target, shown_at=None, shown_by=None)
    step(row, State.DUPLICATE, actor)
    change(target)
    announce(SuggestionsMerged(suggestion_id=row.pk, into_id=target.pk), actor=actor)
    return target


def _both(one: Suggestion, other: Suggestion) -> tuple[Suggestion, Suggestion]:
    """Both held, in the same order whoever asks."""
    rows = Suggestion.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[one.pk, other.pk])
    found = {row.pk: row for row in rows.order_by("pk")}
    return found[one.pk], found[other.pk]


def bring_voices(voices: QuerySet[Voice], target: Suggestion) -> None:
    """Voices of other suggestions become the target's; of a person who has one there already the words are joined."""
    for voice in voices.order_by("id"):
        whose = {"customer_id": voice.customer_id, "agent_id": voice.agent_id}
        is_somebody = voice.customer_id is not None or voice.agent_id is not None
        there = Voice.objects.filter(suggestion=target, **whose).first() if is_somebody else None
        if there is None:
            Voice.objects.filter(pk=voice.pk).update(suggestion=target)
        else:
            join_voices(voice, there)


def join_voices(voice: Voice, there: Voice) -> None:
    """One voice of two of the same person: the earlier moment, all words, and who was told of either was told."""
    known = there.words.exclude(message_id=None).values("message_id")
    Word.objects.filter(voice=voice, message_id__in=known).delete()
    Word.objects.filter(voice=voice).update(voice=there)
    values = {"at": min(voice.at, there.at)}
    if there.telling_id is None and voice.telling_id is not None:
        told = ("telling_id", "told_at", "message_id", "not_told", "helped", "helped_at", "helped_words")
        values |= {name: getattr(voice, name) for name in told}
    Voice.objects.filter(pk=there.pk).update(**values)
    voice.delete()


def _bring_links(row: Suggestion, target: Suggestion) -> None:
    for one in Link.objects.filter(suggestion=row):
        to: dict[str, Any] = {"case_id": one.case_id, "article_id": one.article_id, "standard_id": one.standard_id}
        Link.objects.get_or_create(suggestion=target, **to)
        one.delete()
