"""The stages of a complaint as data: which follows which, and what is said to whoever comes at the wrong time."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.complaints.labels import STAGES
from otklik.complaints.models import Stage
from otklik.foundation.errors import Refusal

MOVES: Final[Mapping[Stage, frozenset[Stage]]] = {
    Stage.RECEIVED: frozenset({Stage.ACKNOWLEDGED, Stage.WITHDRAWN}),
    Stage.ACKNOWLEDGED: frozenset({Stage.ASSESSED, Stage.WITHDRAWN}),
    Stage.ASSESSED: frozenset({Stage.INVESTIGATED, Stage.WITHDRAWN}),
    Stage.INVESTIGATED: frozenset({Stage.ANSWERED, Stage.WITHDRAWN}),
    Stage.ANSWERED: frozenset({Stage.ACCEPTED, Stage.REFUSED, Stage.WITHDRAWN}),
    Stage.REFUSED: frozenset({Stage.ACCEPTED, Stage.INVESTIGATED, Stage.EXHAUSTED, Stage.WITHDRAWN}),
    Stage.ACCEPTED: frozenset({Stage.IMPROVED, Stage.REFUSED}),
    Stage.EXHAUSTED: frozenset({Stage.IMPROVED, Stage.ACCEPTED}),
    Stage.IMPROVED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
}
"""Refused stays open: it is looked into again, by somebody else, or ends only once other ways were offered."""

_CODES = {
    Stage.ACKNOWLEDGED: "cannot_acknowledge_now",
    Stage.ASSESSED: "cannot_assess_now",
    Stage.INVESTIGATED: "cannot_investigate_now",
    Stage.ANSWERED: "cannot_answer_now",
    Stage.ACCEPTED: "cannot_accept_now",
    Stage.REFUSED: "cannot_refuse_now",
    Stage.IMPROVED: "cannot_improve_now",
    Stage.EXHAUSTED: "cannot_end_now",
    Stage.WITHDRAWN: "cannot_withdraw_now",
}
_BEFORE: Final[Mapping[Stage, str | Promise]] = {
    Stage.ACKNOWLEDGED: gettext_lazy("Only a complaint that was just received is acknowledged."),
    Stage.ASSESSED: gettext_lazy("Tell the customer first that their complaint has arrived, then assess it."),
    Stage.INVESTIGATED: gettext_lazy("Assess the complaint first, then record the findings."),
    Stage.ANSWERED: gettext_lazy("Record the findings first, then answer."),
    Stage.ACCEPTED: gettext_lazy("There is no answer yet that the customer could accept."),
    Stage.REFUSED: gettext_lazy("There is no answer yet that the customer could refuse."),
    Stage.IMPROVED: gettext_lazy("Improvements are recorded once the complaint is settled."),
    Stage.EXHAUSTED: gettext_lazy("Only a complaint whose answer was refused ends without consent."),
    Stage.WITHDRAWN: gettext_lazy("This complaint is settled already."),
}


def check_move(now: str, to: Stage) -> None:
    """Raises the refusal of that very move when it is out of order."""
    if to not in MOVES[Stage(now)]:
        said = _("%(before)s Its stage now: %(stage)s.") % {"before": _BEFORE[to], "stage": STAGES[Stage(now)].text}
        raise Refusal(_CODES[to], said)
