"""What the customer's voice brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.manifest import Coded, Every, Module, Policy, Purpose
from otklik.foundation.sentences import by_code
from otklik.voice.actions import forget_kept_responses
from otklik.voice.clock import mind_the_silence
from otklik.voice.models import REMINDER
from otklik.voice.queries import answers_of

MODULE = Module(
    name="voice",
    policies=(
        Policy(
            name="voice.reminders_after_hours",
            default=[48, 96],
            label=pgettext_lazy("what was changed", "reminders to a silent customer"),
        ),
        Policy(
            name="voice.unconfirmed_after_hours",
            default=168,
            label=pgettext_lazy("what was changed", "when a silent case closes"),
        ),
        Policy(
            name="voice.low_score",
            default=2,
            label=pgettext_lazy("what was changed", "score that brings a case back"),
        ),
    ),
    sentences={
        "voice.customer_asked": gettext_noop("The customer was asked whether all is solved"),
        "voice.customer_reminded": gettext_noop("The customer was reminded of the question"),
        "voice.answer_recorded": gettext_noop("The customer answered: %(word)s"),
    },
    codes=(
        Coded(
            word="word",
            key="is_solved",
            means=by_code(
                {
                    "True": pgettext_lazy("what an event tells", "solved"),
                    "False": pgettext_lazy("what an event tells", "not yet"),
                }
            ),
        ),
    ),
    purposes=(Purpose(name=REMINDER, told=_("Reminded the customer of the question"), is_automatic=True),),
    clock=(Every(minutes=5, run=mind_the_silence),),
    export=answers_of,
    erase=forget_kept_responses,
)
