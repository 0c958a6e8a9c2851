"""Everyone who asked hears that it was changed because they said so: pressed by a person, and each once."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.cases.actions import alert
from otklik.cases.models import Case
from otklik.customers.queries import email_of
from otklik.foundation.actors import SYSTEM, Actor, ActorKind, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.reach.actions import begin_conversation, send
from otklik.reach.models import Conversation
from otklik.reach.queries import first_mail_inbox
from otklik.suggestions import letters
from otklik.suggestions.actions.record import change, held, needed
from otklik.suggestions.events import EveryoneTold, HelpSaid, VoiceTold
from otklik.suggestions.models import State, Suggestion, Telling, Voice
from otklik.suggestions.queries import author_for, untold, way_to

DONE_FOR_YOU = "suggestions.done"
NOT_HELPED = "suggestions.not_helped"
_LONGEST_WORDS = 5000


@in_one
def tell_everyone(*, suggestion: Suggestion, words: str, people: int, actor: Actor) -> Telling:
    """Have all who asked and were not told yet written to, each in their own channel. Nobody is claimed twice.

    ``people``: how many the presser was shown. Raises ``Refusal('not_done_yet' | 'letter_missing' | 'nobody_to_tell' |
    'changed_meanwhile')``, the last when they are not so many any more.
    """
    require(actor, "suggestions.decide")
    row = held(suggestion)
    if row.state != State.DONE:
        raise Refusal("not_done_yet", _("Tell them when it is done."))
    words = needed("letter_missing", "words", words, _("Write what has changed."))
    ids = list(untold(row).values_list("pk", flat=True))
    if not ids:
        raise Refusal("nobody_to_tell", _("Everyone who asked has been told."))
    if len(ids) != people:
        said = _("Meanwhile there are others to tell: %(many)d. Look once more and press again.")
        raise Refusal("changed_meanwhile", said % {"many": len(ids)})
    by = actor.pk if actor.is_agent else None
    telling = Telling.objects.create(suggestion=row, words=words, people=people, agent_id=by)
    Voice.objects.filter(pk__in=ids, telling=None).update(telling=telling)
    change(row)
    announce(EveryoneTold(suggestion_id=row.pk, telling_id=telling.pk, people=people), actor=actor)
    return telling


def voices_to_tell(*, telling_id: int) -> list[int]:
    """Those whom a telling has claimed and nobody has written to."""
    rows = Voice.objects.filter(telling_id=telling_id, told_at=None, not_told="")
    return list(rows.order_by("id").values_list("pk", flat=True))


@in_one
def tell_one(*, voice_id: int) -> None:
    """One person's letter, through the gate; asked twice it leaves once. Why none could go stays beside the voice."""
    rows = Voice.objects.select_for_update(of=("self",), no_key=True).filter(pk=voice_id, told_at=None, not_told="")
    voice = rows.select_related("suggestion__owner", "customer", "agent", "telling__agent").first()
    if voice is None or voice.telling is None:
        return
    if voice.agent is not None:
        alert(agent=voice.agent, case=None, reason=DONE_FOR_YOU, source=str(voice.suggestion_id))
        _told(voice, message_id=None)
    elif voice.customer is not None and voice.customer.erased_at is None:
        _write_to(voice, voice.telling)


def _write_to(voice: Voice, telling: Telling) -> None:
    assert voice.customer is not None, "asked before"
    conversation, case = _way_to(voice)
    if conversation is None:
        Voice.objects.filter(pk=voice.pk).update(not_told="no_way")
        return
    author = author_for(voice, case=case, presser=telling.agent)
    assert author is not None, "what is done has an owner"
    with translation.override(voice.customer.language):
        letter = letters.told(voice, telling.words, author=author, case=case, conversation=conversation)
    message = send(
        conversation=conversation,
        text=letter.words,
        purpose=letters.TOLD,
        author=author,
        subject=letter.subject,
        sheet=letter.sheet,
    )
    if message is None or not message.deliveries.exists():
        Voice.objects.filter(pk=voice.pk).update(not_told="refused")
        return
    _told(voice, message_id=message.pk, case=case)


def _way_to(voice: Voice) -> tuple[Conversation | None, Case | None]:
    """Where they asked, else where they spoke with us last, else a letter of its own to their address."""
    conversation, case = way_to(voice)
    if conversation is not None:
        return conversation, case
    inbox, customer = first_mail_inbox(), voice.customer
    address = email_of(customer) if customer else ""
    if inbox is None or customer is None or not address:
        return None, None
    subject = _("We changed it because you said so")
    return begin_conversation(customer=customer, inbox=inbox, subject=subject, address=address), None


def _told(voice: Voice, *, message_id: int | None, case: Case | None = None) -> None:
    Voice.objects.filter(pk=voice.pk).update(told_at=timezone.now(), message_id=message_id, not_told="")
    happened = VoiceTold(
        suggestion_id=voice.suggestion_id,
        voice_id=voice.pk,
        customer_id=voice.customer_id,
        case_id=case.pk if case else None,
    )
    announce(happened, actor=SYSTEM)


@in_one
def note_told(*, voice: Voice, actor: Actor) -> None:
    """Somebody called whom no letter could reach. Raises ``Refusal('told_already')``."""
    require(actor, "suggestions.write")
    rows = Voice.objects.filter(pk=voice.pk, told_at=None).exclude(not_told="")
    if not rows.update(told_at=timezone.now(), not_told=""):
        raise Refusal("told_already", _("They have been told already."))
    happened = VoiceTold(suggestion_id=voice.suggestion_id, voice_id=voice.pk, customer_id=voice.customer_id)
    announce(happened, actor=actor)


@in_one
def say_helped(*, voice: Voice, is_helped: bool, words: str = "") -> None:
    """Whoever asked says whether the change helps; the last word counts, and a "no" is told to whoever sees to it."""
    words = words.strip()[:_LONGEST_WORDS]
    row = (
        Voice.objects.select_for_update(of=("self",), no_key=True).select_related("suggestion__owner").get(pk=voice.pk)
    )
    if row.helped == is_helped and words in {"", row.helped_words}:
        return
    Voice.objects.filter(pk=row.pk).update(
        helped=is_helped, helped_at=timezone.now(), helped_words=words or row.helped_words
    )
    customer = Actor(kind=ActorKind.CUSTOMER, pk=row.customer_id)
    happened = HelpSaid(
        suggestion_id=row.suggestion_id, voice_id=row.pk, customer_id=row.customer_id, is_helped=is_helped
    )
    announce(happened, actor=customer)
    owner = row.suggestion.owner
    if not is_helped and owner is not None:
        alert(agent=owner, case=None, reason=NOT_HELPED, source=f"{row.suggestion_id}:{row.pk}")
