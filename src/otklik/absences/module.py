"""What absences bring to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.absences.actions import UNCHECKED, forget_reasons
from otklik.absences.clock import look_at_absences
from otklik.absences.queries import called, kept_of, to_come
from otklik.foundation.actors import EVERYBODY, LEADS
from otklik.foundation.manifest import AlertKind, Coded, Entry, Every, LiveRows, Module, Section
from otklik.foundation.sentences import by_code

MODULE = Module(
    name="absences",
    permissions={"absences.plan": EVERYBODY, "absences.lead": LEADS},
    navigation=(
        Entry(
            name="absences",
            route="absences:absences",
            label=_("Absences"),
            icon="calendar-event",
            section=Section.PEOPLE,
            permission="absences.plan",
            place=20,
            count=to_come,
        ),
    ),
    sentences={
        "absences.planned": gettext_noop("%(agent)s: an absence was planned"),
        "absences.cancelled": gettext_noop("%(agent)s: an absence was called off"),
        "absences.began": gettext_noop("%(agent)s: a planned absence began"),
        "absences.ended": gettext_noop("%(agent)s: a planned absence is over"),
        "absences.checked": gettext_noop("%(agent)s will be away. %(promise)s: %(decided)s"),
    },
    codes=(
        Coded(
            word="decided",
            key="decision",
            means=by_code(
                {
                    "passed": pgettext_lazy("what an event tells", "passed on with the case"),
                    "moved": pgettext_lazy("what an event tells", "moved"),
                    "left": pgettext_lazy("what an event tells", "left with a reason"),
                }
            ),
        ),
    ),
    timeline={"absences.checked": "calendar-event"},
    alerts=(
        AlertKind(
            name=UNCHECKED,
            told=pgettext_lazy("what an event tells", "somebody is away, and what falls due was not reviewed"),
            title=_("Somebody is away, and promises of theirs fall due"),
            icon="calendar-event",
            tone="risk",
            about=_("Not everything that falls due while %(why)s is away has been reviewed."),
            route="absences:absences",
            why=called,
        ),
    ),
    lists=(
        LiveRows(
            name="absences.absences",
            events=(
                "absences.planned",
                "absences.cancelled",
                "absences.began",
                "absences.ended",
                "absences.checked",
            ),
            permission="absences.plan",
        ),
    ),
    clock=(Every(minutes=1, run=look_at_absences),),
    export=kept_of,
    erase=forget_reasons,
    urls="otklik.absences.urls",
    api="otklik.absences.api.router",
    demo="otklik.absences.demo.deeds",
)
