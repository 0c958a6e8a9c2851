"""What is written to those who are asked: the first question of the survey, each answer a link to its page.

Opening a link keeps nothing; the button on the page does. Everything is said in the language in force.
"""

from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.cases.letters import Written, accompanies
from otklik.surveys.definition import SCORES, Definition, Instrument, Question, said
from otklik.surveys.drawing import ends_of
from otklik.surveys.models import Invitation, Names
from otklik.surveys.pages import own_address
from otklik.surveys.walking import walk
from otklik.ui.letters import Button, Scale, Sheet

INVITATION: Final = "surveys.invitation"
REMINDER: Final = "surveys.reminder"
_MOST_OPTIONS = 6


def asking(survey: Definition, invitation: Invitation) -> Written:
    """The first letter, or one after "not now"."""
    title, intro = said(survey.title, _language()), said(survey.intro, _language())
    words = intro or _("It takes about a minute, and a person reads it.")
    return Written(subject=title, words=words, sheet=_sheet(survey, invitation, heading=title))


def reminding(survey: Definition, invitation: Invitation, *, is_last: bool) -> Written:
    """Once more, kindly; the last one says that it is."""
    title = said(survey.title, _language())
    words = [_("We have asked you about it already; the letter may have been lost. One press is enough.")]
    if is_last:
        words.append(_("We do not remind you of it again."))
    sheet = _sheet(survey, invitation, heading=title)
    return Written(subject=_("A reminder: %(title)s") % {"title": title}, words=" ".join(words), sheet=sheet)


def _sheet(survey: Definition, invitation: Invitation, *, heading: str) -> Sheet:
    step = next(walk(survey, {}), None)
    first = step.questions[0] if step else None
    asked = said(first.text, _language()) if first and _is_pressed(first) else ""
    address = own_address(invitation)
    way_in = [Button(label=pgettext("button", "Answer"), url=address)]
    return Sheet(
        owner=accompanies(invitation.case.owner) if invitation.case else None,
        glance=asked or heading,
        heading=heading,
        question=asked,
        scale=_scale(first, address) if first and asked else None,
        buttons=_buttons(first, address) if first and asked else way_in,
        hints=[_("Your choice is kept on the page, once you press the button there."), _who(survey.names)],
        link=Button(label=_("Not now, or do not ask any more"), url=f"{address}#later"),
        stop_url=f"{address}stop/",
    )


def _language() -> str:
    return (translation.get_language() or "ru")[:2]


def _is_pressed(first: Question) -> bool:
    """Whether it is answered by one press: a number, or one of a few."""
    if first.instrument in SCORES:
        return first.instrument != Instrument.SERVQUAL
    return first.instrument == Instrument.SINGLE and len(first.options) <= _MOST_OPTIONS


def _scale(first: Question, address: str) -> Scale | None:
    if first.instrument not in SCORES:
        return None
    least, most = first.range
    low, high = ends_of(first, _language())
    return Scale(url=f"{address}?{first.key}=", numbers=list(range(least, most + 1)), low=low, high=high)


def _buttons(first: Question, address: str) -> list[Button]:
    if first.instrument in SCORES:
        return []
    return [
        Button(label=said(one.text, _language()), url=f"{address}?{first.key}={one.id}", is_twin=True)
        for one in first.options
    ]


def _who(names: str) -> str:
    words = {
        Names.IDENTIFIED: _(
            "The team and its lead will see your answer with your name, so that they can put things right."
        ),
        Names.CONFIDENTIAL: _("Your answer is confidential: the team sees it without your name."),
        Names.ANONYMOUS: _("Your answer is anonymous: we keep neither your name nor the hour."),
    }
    return words[Names(names)]
