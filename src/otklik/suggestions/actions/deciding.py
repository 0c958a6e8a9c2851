"""What becomes of a suggestion: its words, its state, our answer, its place on the board, what it has to do with."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import alert
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.knowledge.models import Article
from otklik.standards.models import Standard
from otklik.suggestions.actions.record import LONGEST_TITLE, change, check_open, held, index, needed, step
from otklik.suggestions.events import (
    SuggestionAnswered,
    SuggestionEdited,
    SuggestionHidden,
    SuggestionLinked,
    SuggestionMoved,
    SuggestionShown,
    SuggestionUnlinked,
)
from otklik.suggestions.models import TAKEN_UP, Link, State, Suggestion, Word
from otklik.suggestions.moves import check_move

ENTRUSTED = "suggestions.entrusted"
_FIELDS = ("title", "about", "owner", "due_on")
_VERY_WORDS = 20
"""So many letters in a row are a person's very words; fewer anybody could have said."""


@in_one
def edit_suggestion(*, suggestion: Suggestion, values: Mapping[str, Any], actor: Actor) -> Suggestion:
    """Word it, write something beside it, name who sees to it and by which day; what is not given stays.

    Raises ``Refusal('title_missing' | 'owner_missing' | 'is_duplicate')``.
    """
    require(actor, "suggestions.write")
    row = held(suggestion)
    check_open(row)
    new = {name: values[name] for name in _FIELDS if name in values}
    if "title" in new:
        new["title"] = needed("title_missing", "title", new["title"], _("Say in a few words what would be better."))
        new["title"] = new["title"][:LONGEST_TITLE]
    if "about" in new:
        new["about"] = new["about"].strip()
    if "owner" in new and new["owner"] is None and row.state in TAKEN_UP:
        raise _ownerless()
    changed = [name for name, value in new.items() if getattr(row, name) != value]
    if changed:
        is_theirs = {"is_theirs": False} if "title" in changed else {}
        change(row, **{name: new[name] for name in changed}, **is_theirs)
        index(row)
        announce(SuggestionEdited(suggestion_id=row.pk, fields=changed), actor=actor)
        _tell_owner(row, changed, actor)
    return row


def _tell_owner(row: Suggestion, changed: list[str], actor: Actor) -> None:
    if "owner" in changed and row.owner is not None and row.owner.pk != actor.pk:
        alert(agent=row.owner, case=None, reason=ENTRUSTED, source=f"{row.pk}:{row.owner.pk}")


def _ownerless() -> Refusal:
    said = _("Say who sees to it.")
    return Refusal("owner_missing", said, fields={"owner": said})


@in_one
def move(*, suggestion: Suggestion, to: str, actor: Actor, reason: str = "") -> Suggestion:
    """Bring it to another state. What is taken up without an owner is whoever's pressed; a "no" says why.

    Raises ``Refusal('cannot_move_now' | 'reason_missing' | 'owner_missing')``.
    """
    require(actor, "suggestions.decide")
    row = held(suggestion)
    check_move(row.state, to)
    values: dict[str, Any] = {"state": to}
    if to == State.DECLINED:
        values["reason"] = needed("reason_missing", "reason", reason, _("Say why, so that those who asked understand."))
    if to in TAKEN_UP and row.owner_id is None:
        if not actor.is_agent:
            raise _ownerless()
        values["owner_id"] = actor.pk
    if to == State.DONE:
        values["done_at"] = timezone.now()
    change(row, **values)
    step(row, to, actor)
    announce(SuggestionMoved(suggestion_id=row.pk, state=to), actor=actor)
    return row


@in_one
def answer(*, suggestion: Suggestion, words: str, actor: Actor) -> Suggestion:
    """Our answer, under the name of whoever gives it; the last one counts. Raises ``Refusal('answer_missing')``."""
    require(actor, "suggestions.decide")
    words = needed("answer_missing", "answer", words, _("Write what we answer."))
    row = held(suggestion)
    check_open(row)
    change(row, answer=words, answered_by_id=actor.agent_id, answered_at=timezone.now())
    announce(SuggestionAnswered(suggestion_id=row.pk), actor=actor)
    return row


# ── The board ─────────────────────────────────────────────────────────────────────────────
@in_one
def show(*, suggestion: Suggestion, title: str, words: str, actor: Actor) -> Suggestion:
    """Approve these words for the board, in one's own name. A person's very words only if they allowed it.

    Raises ``Refusal('title_missing' | 'stays_in_the_house' | 'very_words' | 'is_duplicate')``.
    """
    require(actor, "suggestions.decide")
    row = held(suggestion)
    check_open(row)
    if row.is_of_staff:
        raise Refusal("stays_in_the_house", _("What colleagues suggest is not shown to customers."))
    title = needed("title_missing", "title", title, _("Say in a few words what would be better."))[:LONGEST_TITLE]
    _check_own_words(row, f"{title}\n{words}")
    change(
        row,
        shown_title=title,
        shown_words=words.strip(),
        shown_by_id=actor.agent_id,
        shown_at=row.shown_at or timezone.now(),
    )
    index(row)
    announce(SuggestionShown(suggestion_id=row.pk), actor=actor)
    return row


def _check_own_words(row: Suggestion, shown: str) -> None:
    """Nobody finds their own letter on a public page who did not say yes to that."""
    if row.may_be_shown:
        return
    said = Word.objects.filter(voice__suggestion=row).values_list("text", flat=True)
    plain = " ".join(shown.split()).lower()
    theirs = (" ".join(text.split()).lower() for text in said)
    if any(len(text) >= _VERY_WORDS and text in plain for text in theirs):
        text = _("These are a customer's very words, and they did not allow to show them. Say it in your own.")
        raise Refusal("very_words", text, fields={"words": text})


@in_one
def hide(*, suggestion: Suggestion, actor: Actor) -> Suggestion:
    """Take it off the board; voices stay."""
    require(actor, "suggestions.decide")
    row = held(suggestion)
    if row.shown_at is not None:
        change(row, shown_at=None, shown_by=None)
        announce(SuggestionHidden(suggestion_id=row.pk), actor=actor)
    return row


# ── What it is about ──────────────────────────────────────────────────────────────────────
@in_one
def link(
    *,
    suggestion: Suggestion,
    actor: Actor,
    case: Case | None = None,
    article: Article | None = None,
    standard: Standard | None = None,
) -> None:
    """Say what it has to do with; said twice it is said once. Raises ``Refusal('nothing_to_link')``."""
    require(actor, "suggestions.write")
    to: dict[str, Any] = {"case": case, "article": article, "standard": standard}
    to = {name: one for name, one in to.items() if one is not None}
    if len(to) != 1:
        raise Refusal("nothing_to_link", _("Name one case, article or standard."))
    if case is not None:
        require_case(actor, "suggestions.write", case)
    row = held(suggestion)
    _link, is_new = Link.objects.get_or_create(suggestion=row, **to)
    if is_new:
        change(row)
        announce(SuggestionLinked(suggestion_id=row.pk, **_of_case(case)), actor=actor)


@in_one
def unlink(*, suggestion: Suggestion, link_id: int, actor: Actor) -> None:
    """It has nothing to do with that after all."""
    require(actor, "suggestions.write")
    found = Link.objects.filter(suggestion=suggestion, pk=link_id).select_related("case").first()
    if found is None:
        return
    if found.case is not None:
        require_case(actor, "suggestions.write", found.case)
    found.delete()
    announce(SuggestionUnlinked(suggestion_id=suggestion.pk, **_of_case(found.case)), actor=actor)


def _of_case(case: Case | None) -> dict[str, int | None]:
    return {"case_id": case.pk, "customer_id": case.customer_id} if case else {}
