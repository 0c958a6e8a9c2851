"""What stages, decisions and severities are called, with their icons and tones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.complaints.models import Decision, Problem, Stage


@dataclass(frozen=True, kw_only=True)
class Label:
    """``theirs``: how the customer is told it."""

    text: str | Promise
    icon: str
    tone: str = ""
    theirs: str | Promise = ""


STAGES: Final[Mapping[Stage, Label]] = {
    Stage.RECEIVED: Label(
        text=pgettext_lazy("stage of a complaint", "Received"),
        icon="inbox",
        tone="accent",
        theirs=_("We have received your complaint"),
    ),
    Stage.ACKNOWLEDGED: Label(
        text=pgettext_lazy("stage of a complaint", "Acknowledged"),
        icon="mail-check",
        theirs=_("We have told you who looks into it"),
    ),
    Stage.ASSESSED: Label(
        text=pgettext_lazy("stage of a complaint", "Assessed"), icon="checklist", theirs=_("We are looking into it")
    ),
    Stage.INVESTIGATED: Label(
        text=pgettext_lazy("stage of a complaint", "Investigated"),
        icon="search",
        theirs=_("We know what happened and are preparing the answer"),
    ),
    Stage.ANSWERED: Label(
        text=pgettext_lazy("stage of a complaint", "Answered"),
        icon="mail-forward",
        tone="solved",
        theirs=_("We have answered and wait for your word"),
    ),
    Stage.ACCEPTED: Label(
        text=pgettext_lazy("stage of a complaint", "Accepted by the customer"),
        icon="circle-check",
        tone="satisfied",
        theirs=_("You have accepted our answer"),
    ),
    Stage.REFUSED: Label(
        text=pgettext_lazy("stage of a complaint", "Refused by the customer"),
        icon="mood-sad",
        tone="back",
        theirs=_("You do not agree: your complaint stays open"),
    ),
    Stage.IMPROVED: Label(
        text=pgettext_lazy("stage of a complaint", "Improved"),
        icon="adjustments",
        tone="satisfied",
        theirs=_("Your complaint is settled, and we have changed something because of it"),
    ),
    Stage.EXHAUSTED: Label(
        text=pgettext_lazy("stage of a complaint", "Ended without consent"),
        icon="circle-x",
        tone="unconfirmed",
        theirs=_("We have not found an agreement. Other ways stay open to you"),
    ),
    Stage.WITHDRAWN: Label(
        text=pgettext_lazy("stage of a complaint", "Withdrawn"),
        icon="arrow-back-up",
        tone="unconfirmed",
        theirs=_("The complaint was withdrawn"),
    ),
}
WAY: Final = (
    Stage.RECEIVED,
    Stage.ACKNOWLEDGED,
    Stage.ASSESSED,
    Stage.INVESTIGATED,
    Stage.ANSWERED,
    Stage.ACCEPTED,
    Stage.IMPROVED,
)
"""The way of a complaint when all goes well, in its order."""

DECISIONS: Final[Mapping[Decision, str | Promise]] = {
    Decision.GRANTED: pgettext_lazy("decision on a complaint", "Granted"),
    Decision.PARTLY: pgettext_lazy("decision on a complaint", "Granted in part"),
    Decision.DECLINED: pgettext_lazy("decision on a complaint", "Declined"),
}
SEVERITIES: Final[Mapping[int, str | Promise]] = {
    1: pgettext_lazy("severity of a complaint", "1: an annoyance"),
    2: pgettext_lazy("severity of a complaint", "2: a nuisance that cost time"),
    3: pgettext_lazy("severity of a complaint", "3: a loss, or the second time"),
    4: pgettext_lazy("severity of a complaint", "4: a serious loss, or many are touched"),
    5: pgettext_lazy("severity of a complaint", "5: health, safety or the law"),
}
BETWEEN: Final[Mapping[str, Label]] = {
    "entrusted": Label(text=pgettext_lazy("step of a complaint", "Assigned to somebody"), icon="user-check"),
    "ways_offered": Label(text=pgettext_lazy("step of a complaint", "Other ways offered"), icon="external-link"),
    "word": Label(
        text=pgettext_lazy("step of a complaint", "The customer spoke before the answer"), icon="message-question"
    ),
}
"""Lines of the record that are no stage."""


PROBLEM_STATES: Final[Mapping[str, Label]] = {
    Problem.State.OPEN: Label(text=pgettext_lazy("state of a problem", "Open"), icon="circle-dashed", tone="risk"),
    Problem.State.IN_WORK: Label(
        text=pgettext_lazy("state of a problem", "In progress"), icon="refresh", tone="accent"
    ),
    Problem.State.FIXED: Label(text=pgettext_lazy("state of a problem", "Fixed"), icon="check", tone="solved"),
    Problem.State.CHECKED: Label(text=pgettext_lazy("state of a problem", "Checked"), icon="checks", tone="satisfied"),
    Problem.State.NO_HELP: Label(
        text=pgettext_lazy("state of a problem", "Did not help"), icon="mood-sad", tone="back"
    ),
}
PROBLEM_MOVES: Final[Mapping[str, str | Promise]] = {
    Problem.State.OPEN: _("Nobody is working on it yet"),
    Problem.State.IN_WORK: _("Start work on it"),
    Problem.State.FIXED: _("It is fixed"),
    Problem.State.CHECKED: _("Checked: it has not come back"),
    Problem.State.NO_HELP: _("It did not help"),
}


def step_label(what: str) -> Label:
    return BETWEEN[what] if what in BETWEEN else STAGES[Stage(what)]
