"""The word that a customer is owed once a promise broke: given by a person, in a letter or in another way."""

from datetime import datetime
from typing import Final, Unpack

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import answer_for_it
from otklik.cases.models import Case
from otklik.cases.queries import Seen, require_case
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.manifest import Person
from otklik.promises.events import WordGiven, WordLost
from otklik.promises.models import Broken, Notice, Offer
from otklik.promises.queries import unsaid_in
from otklik.reach.models import Message

LONGEST_HOW: Final = 300


@in_one
def apologize(
    *, case: Case, actor: Actor, text: str, by: datetime, is_undoable: bool = False, **seen: Unpack[Seen]
) -> Message:
    """Answer for the broken promises of a case: a person's own words, with a new moment that is promised by them.

    Raises ``Refusal('nothing_broken')`` and what ``cases.answer_for_it`` raises.
    """
    require_case(actor, "cases.reply", case)
    _check_broken(case)
    return answer_for_it(case=case, actor=actor, text=text, by=by, is_undoable=is_undoable, **seen)


@in_one
def say_how(*, case: Case, actor: Actor, how: str) -> None:
    """The customer got the word in another way, by phone or in person; ``how`` stays on the record.

    Raises ``Refusal('nothing_broken' | 'how_missing')``.
    """
    require_case(actor, "cases.reply", case)
    rows = _check_broken(case)
    how = how.strip()[:LONGEST_HOW]
    if not how:
        text = _("Say how the customer was told, and by whom.")
        raise Refusal("how_missing", text, fields={"how": text})
    open_ones = Broken.objects.filter(pk__in=[row.pk for row in rows], word_at=None)
    told_by = actor.pk if actor.is_agent else None
    if open_ones.update(word_at=timezone.now(), told_how=how, told_by=told_by):
        announce(WordGiven(case_id=case.pk, customer_id=case.customer_id), actor=actor)


def _check_broken(case: Case) -> list[Broken]:
    rows = unsaid_in(case)
    if not rows:
        raise Refusal("nothing_broken", _("No broken promise in this case is waiting for a word."))
    return rows


@in_one
def give_word(*, case_id: int, customer_id: int | None, letter_id: int) -> None:
    """A person's letter was handed over to the customer: it is the word for what broke before it."""
    rows = Broken.objects.filter(case_id=case_id, word_at=None, due_at__lt=timezone.now())
    if rows.update(word_at=timezone.now(), letter_id=letter_id):
        announce(WordGiven(case_id=case_id, customer_id=customer_id, message_id=letter_id), actor=SYSTEM)


@in_one
def lose_word(*, case_id: int, customer_id: int | None, letter_id: int) -> None:
    """That letter did not arrive: what it was the word for waits for one again."""
    if Broken.objects.filter(letter_id=letter_id).update(word_at=None, letter=None):
        announce(WordLost(case_id=case_id, customer_id=customer_id, message_id=letter_id), actor=SYSTEM)


@in_one
def bring_together(*, from_case_id: int, case_id: int) -> None:
    """Two cases became one: what broke in either, and what was offered, stands in the one that goes on."""
    same = Broken.objects.filter(case=case_id, kind=OuterRef("kind"), due_at=OuterRef("due_at"))
    Broken.objects.filter(~Exists(same), case=from_case_id).update(case=case_id)
    Offer.objects.filter(case=from_case_id).update(case=case_id)
    told = Notice.objects.filter(case=case_id, promise=OuterRef("promise"), agent=OuterRef("agent"))
    Notice.objects.filter(~Exists(told), case=from_case_id).update(case=case_id)


def forget_words(person: Person) -> None:
    """What was said about an erased person; when something broke, and by how much, stays."""
    rows = Broken.objects.filter(case__customer=person.customer_id).exclude(told_how="")
    rows.update(told_how="—")
    Offer.objects.filter(case__customer=person.customer_id).delete()
