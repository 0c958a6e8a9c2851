"""What colleagues would do better, and what keeps them from serving well."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.suggestions.actions.record import LONGEST_TITLE, change, check_open, held, index, moment_for, needed, step
from otklik.suggestions.actions.suggesting import beginning_of
from otklik.suggestions.events import SuggestionWritten, VoiceHeard, VoiceWithdrawn
from otklik.suggestions.models import State, Suggestion, Voice, Word
from otklik.team.queries import serving

FEWEST = 5
"""Among fewer colleagues a nameless word has a name."""


@once_more_if_taken
@in_one
def suggest_as_colleague(
    *, words: str, actor: Actor, title: str = "", is_nameless: bool = False, hinders: bool = False, key: str = ""
) -> Suggestion:
    """A colleague's own idea, or what hinders them; without a name nothing is kept that leads to them, nor the hour.

    Sent twice with one ``key`` it is one. Raises ``Refusal('words_missing' | 'too_few_colleagues')``.
    """
    require(actor, "suggestions.write")
    if key and (known := Word.objects.filter(key=key).select_related("voice__suggestion").first()):
        return known.voice.suggestion
    words = needed("words_missing", "words", words, _("Write what would be better."))
    if is_nameless and serving().count() < FEWEST:
        said = _("There are fewer than %(few)d of you: everybody would know whose words these are.") % {"few": FEWEST}
        raise Refusal("too_few_colleagues", said, fields={"is_nameless": said})
    row = Suggestion(is_of_staff=True, is_nameless=is_nameless, hinders=hinders)
    row.title = title.strip()[:LONGEST_TITLE] or beginning_of(words)
    row.created_at = row.changed_at = at = moment_for(row, timezone.now())
    row.save()
    index(row)
    step(row, State.NEW, actor, at=at)
    who = None if is_nameless else actor.agent_id
    voice = Voice.objects.create(suggestion=row, agent_id=who, at=at)
    Word.objects.create(voice=voice, text=words, source=Word.Source.STAFF, written_by_id=who, key=key, at=at)
    if not is_nameless:
        announce(SuggestionWritten(suggestion_id=row.pk), actor=actor)
    return row


@in_one
def back_idea(*, suggestion: Suggestion, actor: Actor, is_wanted: bool) -> None:
    """One more colleague wants it, or does not after all; whoever said it in words keeps their voice.

    Raises ``Refusal('not_ours' | 'is_duplicate')``.
    """
    require(actor, "suggestions.write")
    row = held(suggestion)
    check_open(row)
    if not row.is_of_staff:
        raise Refusal("not_ours", _("This is a customer's suggestion: write down whose voice you bring."))
    if is_wanted:
        _voice, is_new = Voice.objects.get_or_create(
            suggestion=row, agent_id=actor.agent_id, defaults={"at": moment_for(row, timezone.now())}
        )
    else:
        mine = Voice.objects.filter(suggestion=row, agent_id=actor.agent_id, words=None, telling=None)
        is_new = bool(mine.delete()[0])
    if is_new:
        change(row)
        happened = VoiceHeard if is_wanted else VoiceWithdrawn
        announce(happened(suggestion_id=row.pk), actor=actor)
