"""Why somebody was asked or not: in the words of the house, and in words for the person themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.reach.reasons import why_not_sent
from otklik.surveys.models import Because, Rule, Turn

RULES: Final[dict[str, str | Promise]] = {
    Rule.ADDRESS: _("This is no e-mail address."),
    Rule.TWICE: _("The address stands in the list already."),
    Rule.CLOSED: _("The survey took no answers by then."),
    Rule.GONE: _("The customer was erased."),
    Rule.NEVER: _("They do not want to be asked about this any more."),
    Rule.NOT_NOW: _("They said “not now”."),
    Rule.SPAM: _("They pressed “spam” on a letter of ours."),
    Rule.NO_ADDRESS: _("There is no e-mail address that letters reach."),
    Rule.CASE_OPEN: _("A case of theirs is still open."),
    Rule.COMPLAINT: _("A complaint of theirs is being looked into."),
    Rule.WAITING: _("An invitation to this survey waits for their answer."),
    Rule.LATELY: _("They were asked lately: the clock over all surveys runs."),
    Rule.FAMILY: _("They were asked lately: the clock over surveys of this family runs."),
    Rule.GATE: _("The letter could not go."),
}
_TO_THEM: Final[dict[str, str | Promise]] = {
    Rule.CLOSED: _("We did not ask you: the survey was over by then."),
    Rule.NEVER: _("We did not ask you, because you want no such questions any more."),
    Rule.NOT_NOW: _("We did not ask you, because you said “not now”."),
    Rule.SPAM: _("We did not ask you, because a letter of ours was unwelcome."),
    Rule.CASE_OPEN: _("We did not ask you: your matter was not settled yet, and that comes first."),
    Rule.COMPLAINT: _("We did not ask you: we were looking into your complaint, and that comes first."),
    Rule.WAITING: _("We did not ask you again: an earlier question waits for you."),
    Rule.LATELY: _("We did not ask you, because we had asked you something not long before."),
    Rule.FAMILY: _("We did not ask you, because we had asked you about the same not long before."),
}
BECAUSE: Final[dict[str, str | Promise]] = {
    Because.LIST: pgettext_lazy("why somebody is asked", "from a list"),
    Because.SCHEDULE: pgettext_lazy("why somebody is asked", "by the schedule"),
    Because.CASE: pgettext_lazy("why somebody is asked", "after a case"),
    Because.HAND: pgettext_lazy("why somebody is asked", "chosen by a colleague"),
}


def rule_words(turn: Turn) -> str:
    """For the house; '' for somebody who was asked, or waits."""
    if turn.rule != Rule.GATE:
        return str(RULES.get(turn.rule, turn.rule))
    return str(_("No mail inbox is set up.")) if turn.detail == "no_inbox" else why_not_sent(turn.detail)


@dataclass(frozen=True, kw_only=True)
class ToldToThem:
    """One time at which a person was to be asked. ``until``: when we may ask again, None where nobody knows."""

    at: datetime | None
    title: str
    was_asked: bool
    words: str | Promise
    until: datetime | None


def told_to_them(turn: Turn, title: str) -> ToldToThem:
    was_asked = turn.invitation_id is not None
    words = (
        _("We asked you.") if was_asked else _TO_THEM.get(turn.rule, _("We did not ask you: the letter could not go."))
    )
    return ToldToThem(at=turn.done_at, title=title, was_asked=was_asked, words=words, until=turn.until)
