"""Words of the house: what means the same here, and what says nothing."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.knowledge.events import HouseWordsChanged
from otklik.knowledge.models import StopWord, Synonym

MOST = 2_000
_LONGEST = 60


@in_one
def set_house_words(
    *, synonyms: Mapping[str, Sequence[Sequence[str]]], stop_words: Mapping[str, Sequence[str]], actor: Actor
) -> None:
    """Replace the words of the given languages; the search hears of it at its next question.

    ``synonyms``: language → groups of words that mean the same; ``stop_words``: language → words.
    Raises ``Refusal('synonym_alone' | 'word_too_long' | 'too_many_words')``.
    """
    require(actor, "knowledge.arrange")
    for language, groups in synonyms.items():
        cleaned = [list(dict.fromkeys(word.strip().lower() for word in group if word.strip())) for group in groups]
        cleaned = [group for group in cleaned if group]
        _check(language, cleaned)
        Synonym.objects.filter(language=language).delete()
        Synonym.objects.bulk_create([Synonym(language=language, words=group) for group in cleaned])
    for language, words in stop_words.items():
        kept = list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
        _check_words(f"stop_{language}", kept)
        StopWord.objects.filter(language=language).delete()
        StopWord.objects.bulk_create([StopWord(language=language, word=word) for word in kept])
    announce(HouseWordsChanged(), actor=actor)


def _check(language: str, groups: Sequence[Sequence[str]]) -> None:
    alone = next((group[0] for group in groups if len(group) == 1), None)
    if alone is not None:
        text = _("“%(word)s” stands alone: write at least two words in a line, with commas between.") % {"word": alone}
        raise Refusal("synonym_alone", text, fields={f"synonyms_{language}": text})
    _check_words(f"synonyms_{language}", [word for group in groups for word in group])


def _check_words(field: str, words: Sequence[str]) -> None:
    if len(words) > MOST:
        text = _("At most %(most)s words fit here.") % {"most": MOST}
        raise Refusal("too_many_words", text, fields={field: text})
    long = next((word for word in words if len(word) > _LONGEST), None)
    if long is not None:
        text = _("“%(word)s…” is too long for a word.") % {"word": long[:20]}
        raise Refusal("word_too_long", text, fields={field: text})
