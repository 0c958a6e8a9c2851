"""«Мы изменили, потому что вы сказали»: what everyone who asked is written, in the language in force."""

from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from otklik.cases.letters import Written, accompanies, harmless, subject_of
from otklik.cases.models import Case
from otklik.reach.models import Conversation
from otklik.suggestions.models import Suggestion, Thanked, Voice
from otklik.suggestions.queries import Debt, voice_link
from otklik.team.models import Agent
from otklik.ui.letters import Button, Owner, Quote, Sheet

TOLD: Final = "suggestions.told"
"""Why that letter leaves: somebody pressed who had read it."""
_LONGEST_QUOTE = 500


def told(
    voice: Voice, words: str, *, author: Agent, case: Case | None = None, conversation: Conversation | None = None
) -> Written:
    """One person's letter: what has changed in our words, what they said in theirs, and whether it helps.

    ``case``: where they asked, whose owner writes; ``conversation``: into which it goes, None for a letter of its own.
    """
    url = voice_link(voice)
    sheet = Sheet(
        owner=accompanies(author) if case and case.owner_id == author.pk else Owner(id=author.pk, name=author.name),
        glance=_("We changed it because you said so"),
        heading=_addressed(voice),
        question=_("Does it help you?"),
        buttons=[
            Button(label=_("Yes, it helps"), url=f"{url}?helped=yes", is_twin=True),
            Button(label=_("No, not yet"), url=f"{url}?helped=no", is_twin=True),
        ],
        quote=_quote(voice),
    )
    return Written(subject=_subject(voice.suggestion, case, conversation), words=words, sheet=sheet)


def prepared(row: Suggestion) -> str:
    """What the letter says until somebody finds better words: our answer, or that it is done."""
    if row.answer:
        return row.answer
    about = row.shown_title or row.title
    return _("You asked for this: %(about)s. It is done now. Thank you for telling us.") % {"about": about}


def _addressed(voice: Voice) -> str:
    sentence = _("we changed it because you said so")
    name = voice.customer.greeted_as if voice.customer else ""
    return f"{name}, {sentence}" if name else sentence[:1].upper() + sentence[1:]


def _subject(row: Suggestion, case: Case | None, conversation: Conversation | None) -> str:
    if case is not None and conversation is not None:
        return subject_of(case, conversation)
    about = row.shown_title or ("" if row.is_theirs else row.title)
    said = _("We changed it because you said so")
    return f"{said}: {harmless(about)}" if about else said


def _quote(voice: Voice) -> Quote | None:
    """Their own last words, so that they know what it is about."""
    word = voice.words.exclude(text="").order_by("-id").first()
    if word is None:
        return None
    local = timezone.localtime(word.at)
    day = date_format(local, "j E" if get_language() == "ru" else "j F")
    text = Truncator(harmless(word.text.strip())).chars(_LONGEST_QUOTE)
    return Quote(label=_("You said on %(day)s") % {"day": day}, text=text)


def prepared_thanks(debt: Debt) -> str:
    """A word of thanks to begin with, in the language in force; whoever sends it makes it their own."""
    name = debt.case.customer.greeted_as
    hello = _("%(name)s, thank you.") % {"name": name} if name else _("Thank you.")
    said = {
        Thanked.Reason.SUGGESTED: _("You told us what would be better: %(about)s. It is done, and it began with you."),
        Thanked.Reason.WAITED: _("Your matter took long, and you were patient with us. I have not forgotten it."),
        Thanked.Reason.TENTH: _("You have come to us %(about)s times already. I am glad that you come back."),
    }[Thanked.Reason(debt.reason)]
    return f"{hello} {said % {'about': debt.about}}"
