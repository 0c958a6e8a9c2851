"""The question whether it is solved, and its reminder: two buttons of one weight, none of them answers for the reader.

Everything is said in the language in force; the caller sets the customer's.
"""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from otklik.cases.letters import Written, accompanies, addressed, day_words, subject_of
from otklik.cases.models import Case
from otklik.foundation.policies import policy
from otklik.reach.models import Conversation
from otklik.ui.letters import Button, Sheet
from otklik.voice.models import Invitation
from otklik.voice.queries import answer_url

PRESSED_YES: Final = "solved:yes"
PRESSED_NO: Final = "solved:no"


def question(case: Case, conversation: Conversation, invitation: Invitation) -> Written:
    """What was done, in the owner's words, and the question."""
    asked = _("Is your matter solved?")
    sheet = Sheet(
        owner=accompanies(case.owner),
        glance=asked,
        heading=addressed(case, _("I believe that your matter is solved")),
        question=asked,
        answers_hint=_("If not, the case comes back to me at once. Nothing has to be told again."),
        buttons=twins(invitation),
        hints=[_("You can simply answer in words, too.")],
    )
    return Written(subject=_asking(case, conversation), words=case.summary, sheet=sheet)


def reminder(case: Case, conversation: Conversation, invitation: Invitation) -> Written:
    """Once more, and honestly what silence leads to."""
    hint = _("Any answer, on any day, brings it back to me.")
    if case.solved_at is not None:
        closes = case.solved_at + timedelta(hours=int(policy("voice.unconfirmed_after_hours")))
        silent = _(
            "If you stay silent, the case closes on %(day)s as “unconfirmed”: we do not take silence for a “yes”."
        )
        hint = f"{silent % {'day': day_words(closes, case)}} {hint}"
    sheet = Sheet(
        owner=accompanies(case.owner),
        glance=_("A reminder: is your matter solved?"),
        heading=addressed(case, _("is your matter solved?")),
        buttons=twins(invitation),
        hints=[hint],
    )
    words = _("I have asked you about it already; the letter may have been lost. One press is enough.")
    return Written(subject=_asking(case, conversation), words=words, sheet=sheet)


def twins(invitation: Invitation) -> list[Button]:
    """Each leads to the page with the answer chosen there; only the press on the page gives it."""
    url = answer_url(invitation)
    return [
        Button(label=_("Yes, it is solved"), url=f"{url}?solved=yes", is_twin=True, press=PRESSED_YES),
        Button(label=_("No, not yet"), url=f"{url}?solved=no", is_twin=True, press=PRESSED_NO),
    ]


def _asking(case: Case, conversation: Conversation) -> str:
    matter = subject_of(case, conversation, is_answer=False)
    return _("Is it solved? %(matter)s") % {"matter": matter}
