"""What customers are written about a complaint: words, in the language in force, which the caller has chosen."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from otklik.cases.letters import Written, accompanies, addressed, subject_of
from otklik.cases.models import Case
from otklik.cases.queries import case_url
from otklik.cases.zones import moment_words
from otklik.complaints.labels import DECISIONS
from otklik.complaints.models import Complaint, Decision, Problem, Way
from otklik.reach.models import Conversation
from otklik.ui.letters import Button, Promise, Sheet

ACKNOWLEDGEMENT: Final = "complaints.acknowledgement"
"""Why the letter leaves that tells the number of a complaint without anybody having written it."""
CHANGED: Final = "complaints.changed"
"""Why a customer who was touched by a problem is written to: to hear what was changed."""


def receipt(complaint: Complaint, conversation: Conversation, hear_by: datetime) -> Written:
    """The letter that nobody writes: number, name, date."""
    case = complaint.case
    values = {"number": complaint.number}
    sheet = Sheet(
        owner=accompanies(case.owner),
        glance=_("Complaint No. %(number)d") % values,
        heading=addressed(case, _("your complaint has the number %(number)d") % values),
        promise=Promise(label=_("You will hear from us"), moment=_by(complaint, hear_by)),
        buttons=[Button(label=_("See where it stands"), url=case_url(case))],
    )
    words = _(
        "I have your complaint and what you would like us to do. We are looking into it step by step, and your page "
        "always shows which step it is at."
    )
    return Written(subject=subject_of(case, conversation), words=words, sheet=sheet)


def acknowledgement(complaint: Complaint, words: str, hear_by: datetime) -> str:
    """A person's own words, and under them number, name and date, without which none is an acknowledgement."""
    values = {
        "number": complaint.number,
        "name": complaint.case.owner.name,
        "moment": _by(complaint, hear_by),
    }
    facts = _("%(name)s is looking after complaint No. %(number)d. You will hear from us %(moment)s.") % values
    return f"{words or prepared()}\n\n{facts}"


def prepared() -> str:
    """What an acknowledgement says when nobody found words of their own."""
    return _("Your complaint has reached us. I am sorry that it came to this, and I am looking into it.")


def prepared_ways() -> str:
    """What stands over other ways when nobody found words of their own."""
    return _("I am sorry that our answer does not satisfy you. You do not have to leave it at that.")


def _by(complaint: Complaint, hear_by: datetime) -> str:
    return _("by %(moment)s") % {"moment": moment_words(complaint.case, hear_by)}


def answer(complaint: Complaint) -> str:
    """Decision, reason, prevention, and what to do for whoever does not agree."""
    decision = str(DECISIONS[Decision(complaint.decision)])
    values = {"number": complaint.number, "decision": decision[:1].lower() + decision[1:]}
    return "\n\n".join(
        (
            _("**Our decision on complaint No. %(number)d: %(decision)s.**") % values,
            complaint.answer,
            _("**Why**") + f"\n\n{complaint.reason}",
            _("**What keeps it from happening again**") + f"\n\n{complaint.prevention}",
            _("If you do not agree, just say so: somebody else looks at it again, and your complaint stays open."),
        )
    )


def other_ways(words: str, ways: Iterable[Way]) -> str:
    """A person's own words, then the way inside the house and those outside."""
    inner = _("Here: a colleague who has not decided before takes a fresh look at everything. It is free: just answer.")
    outer = (" ".join(filter(None, (f"**{way.name}.**", way.words, way.url))) for way in ways)
    listed = "\n".join(f"- {line}" for line in (inner, *outer))
    lead = _("Your complaint stays open. These ways are open to you:")
    return f"{words}\n\n{lead}\n\n{listed}"


def changed(case: Case, conversation: Conversation) -> Written:
    """What stands around the words by which a customer learns what was changed after what they told us."""
    sheet = Sheet(
        owner=accompanies(case.owner),
        heading=addressed(case, _("we have changed something because of what you told us")),
        buttons=[Button(label=_("Open case No. %(number)d") % {"number": case.pk}, url=case_url(case))],
        hints=[_("Did it help? Just answer this letter: it comes to me.")],
    )
    return Written(subject=subject_of(case, conversation), words="", sheet=sheet)


def prepared_change(problem: Problem) -> str:
    """What a lead begins with, in the language in force: what was changed, in the words of the problem."""
    lead = _(
        "You told us about something that went wrong. It was not only you: we have looked for the cause and found it."
    )
    return "\n\n".join(
        filter(None, (lead, problem.changes, _("Thank you for telling us. I am sorry for the trouble.")))
    )
