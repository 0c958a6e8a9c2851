"""Any word of a customer becomes a suggestion, or one more voice for a known one."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.customers.models import Customer
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.suggestions.actions.record import (
    LONGEST_TITLE,
    LONGEST_WORDS,
    change,
    check_open,
    held,
    index,
    needed,
    step,
)
from otklik.suggestions.events import SuggestionWritten, VoiceHeard, VoiceWithdrawn
from otklik.suggestions.models import State, Suggestion, Voice, Word
from otklik.suggestions.queries import shown_by_id

_OF_A_TITLE = 90


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a person said, and where. ``customer``: None where nobody knows whose words these are, such as a survey's.

    ``words``: '' for a mere voice. ``case`` and ``message_id``: where it stands. ``key``: the same key is heard once.
    ``may_be_shown``: they allowed to show these very words. ``at``: when they said it, None for now.
    """

    customer: Customer | None = None
    words: str = ""
    source: str = Word.Source.PHONE
    case: Case | None = None
    message_id: int | None = None
    key: str = ""
    may_be_shown: bool = False
    at: datetime | None = None


@once_more_if_taken
@in_one
def suggest(*, said: Said, actor: Actor, title: str = "") -> Suggestion:
    """Write down a suggestion in a person's words; without a ``title`` their first words are one.

    Sent twice with one ``key`` it is one. Raises ``Refusal('words_missing' | 'words_too_long')``.
    """
    _check(said, actor)
    if (known := _heard_before(said)) is not None:
        return known
    words = _checked(said)
    row = Suggestion.objects.create(
        title=title.strip()[:LONGEST_TITLE] or beginning_of(words),
        is_theirs=not title.strip(),
        may_be_shown=said.may_be_shown,
        **({"created_at": said.at, "changed_at": said.at} if said.at else {}),
    )
    index(row)
    step(row, State.NEW, actor, at=said.at)
    _write(row, _voice(row, said), replace(said, words=words), actor)
    announce(SuggestionWritten(suggestion_id=row.pk, **_where(said)), actor=actor)
    return row


@once_more_if_taken
@in_one
def add_voice(*, suggestion: Suggestion, said: Said, actor: Actor) -> Voice:
    """One more person wants it, or the same one says it again: a person has one voice, and all their words are kept.

    Customers add theirs to what stands on the board. Raises ``Refusal('is_duplicate' | 'customer_missing' |
    'words_too_long')``.
    """
    _check(said, actor)
    if actor.is_customer:
        shown_by_id(suggestion.pk)
    if said.customer is None and not said.words.strip():
        text = _("Say whose voice it is, or what was said.")
        raise Refusal("customer_missing", text, fields={"customer": text})
    row = held(suggestion)
    check_open(row)
    if said.key and (known := Word.objects.filter(key=said.key).select_related("voice").first()):
        return known.voice
    before = Voice.objects.filter(suggestion=row, customer=said.customer).first() if said.customer else None
    voice = before or _voice(row, said)
    is_new_word = bool(said.words.strip()) and not _is_known(voice, said)
    if is_new_word:
        _write(row, voice, replace(said, words=_checked(said)), actor)
    if before is None or is_new_word:
        change(row)
        announce(VoiceHeard(suggestion_id=row.pk, **_where(said)), actor=actor)
    return voice


def _check(said: Said, actor: Actor) -> None:
    """Customers speak for themselves; colleagues for others, out of cases that they see."""
    if actor.is_customer:
        if said.customer is None or said.customer.pk != actor.pk:
            raise Refusal("not_allowed", _("Everybody speaks for themselves here."))
        return
    require(actor, "suggestions.write")
    if said.case is not None:
        require_case(actor, "suggestions.write", said.case)


def _heard_before(said: Said) -> Suggestion | None:
    if not said.key:
        return None
    known = Word.objects.filter(key=said.key).select_related("voice__suggestion").first()
    return known.voice.suggestion if known else None


def _is_known(voice: Voice, said: Said) -> bool:
    return said.message_id is not None and voice.words.filter(message_id=said.message_id).exists()


def _checked(said: Said) -> str:
    """The words as they are kept."""
    words = needed("words_missing", "words", said.words, _("Write what would be better."))
    if len(words) > LONGEST_WORDS:
        text = _("That is more than %(most)d letters. Write down what it comes to.") % {"most": LONGEST_WORDS}
        raise Refusal("words_too_long", text, fields={"words": text})
    return words


def beginning_of(words: str) -> str:
    """The first sentence, as far as a title goes."""
    line = " ".join(words.split())
    if len(line) <= _OF_A_TITLE:
        return line
    return f"{line[:_OF_A_TITLE].rsplit(' ', 1)[0]}…"


def _voice(row: Suggestion, said: Said) -> Voice:
    return Voice.objects.create(suggestion=row, customer=said.customer, at=said.at or timezone.now())


def _write(row: Suggestion, voice: Voice, said: Said, actor: Actor) -> None:
    Word.objects.create(
        voice=voice,
        text=said.words,
        source=said.source,
        case=said.case,
        message_id=said.message_id,
        written_by_id=actor.pk if actor.is_agent else None,
        key=said.key,
        at=said.at or timezone.now(),
    )


def _where(said: Said) -> dict[str, int | None]:
    return {
        "case_id": said.case.pk if said.case else None,
        "customer_id": said.customer.pk if said.customer else None,
    }


@in_one
def withdraw_voice(*, suggestion: Suggestion, customer: Customer, actor: Actor) -> None:
    """They do not want it after all: a voice without words goes. Whoever was told, or said something, keeps theirs.

    Raises ``Refusal('voice_stays')``.
    """
    if not (actor.is_customer and actor.pk == customer.pk):
        require(actor, "suggestions.write")
    row = held(suggestion)
    voice = Voice.objects.filter(suggestion=row, customer=customer).first()
    if voice is None:
        return
    if voice.words.exists() or voice.telling_id is not None:
        raise Refusal("voice_stays", _("What was said in words stays. Write to us if it shall go."))
    voice.delete()
    change(row)
    announce(VoiceWithdrawn(suggestion_id=row.pk, customer_id=customer.pk), actor=actor)
