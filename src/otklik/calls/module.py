"""What calls and visits bring to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.calls.actions import forget_calls
from otklik.calls.clock import look_after_calls
from otklik.calls.forms import CallsForm
from otklik.calls.models import Counter
from otklik.calls.queries import NOTED, beside_case, kept_of, owed_by_me
from otklik.foundation.actors import ADMINS, EVERYBODY
from otklik.foundation.manifest import (
    AlertKind,
    Coded,
    Entry,
    Every,
    LiveRows,
    Module,
    Named,
    Page,
    Panel,
    Policy,
    Pop,
    Section,
    SettingsPage,
)
from otklik.foundation.sentences import by_code, called

MODULE = Module(
    name="calls",
    permissions={"calls.note": EVERYBODY, "calls.edit": ADMINS},
    policies=(
        Policy(
            name="calls.call_back_minutes",
            default=60,
            label=pgettext_lazy("what was changed", "minutes until a missed call is called back"),
        ),
        Policy(
            name="calls.recordings_days",
            default=90,
            label=pgettext_lazy("what was changed", "days that recordings are kept"),
        ),
        Policy(
            name="calls.slot_lead_minutes",
            default=30,
            label=pgettext_lazy("what was changed", "minutes before the first hour that is offered for a call"),
        ),
        Policy(
            name="calls.slot_days",
            default=3,
            label=pgettext_lazy("what was changed", "working days on which hours for a call are offered"),
        ),
        Policy(
            name="calls.slots_at_once",
            default=3,
            label=pgettext_lazy("what was changed", "calls that are promised for the same half hour"),
        ),
        Policy(
            name="calls.counter_minutes",
            default=3,
            label=pgettext_lazy("what was changed", "minutes until somebody comes to the counter"),
        ),
    ),
    navigation=(
        Entry(
            name="calls",
            route="calls:owed",
            label=_("Calls"),
            icon="phone",
            section=Section.WORK,
            permission="calls.note",
            place=45,
            count=owed_by_me,
        ),
    ),
    pages=(
        Page(
            route="calls:note",
            label=_("Write down a call"),
            icon="phone",
            permission="calls.note",
            place=10,
            key="KeyC",
        ),
        Page(
            route="calls:visit",
            label=_("Write down a visit"),
            icon="user",
            permission="calls.note",
            place=11,
            key="KeyV",
        ),
        Page(route="calls:calls", label=_("All calls"), icon="phone", permission="calls.note", place=12),
    ),
    settings=(
        SettingsPage(
            route="calls:settings",
            label=_("Calls and counter"),
            icon="phone",
            permission="settings.edit",
            place=30,
            about=_("When we call back, which hours are offered for a call, how long recordings are kept."),
            section=Section.WORK,
            form=CallsForm,
        ),
        SettingsPage(
            route="calls:exchanges",
            label=_("Telephone exchanges"),
            icon="plug-connected",
            permission="calls.edit",
            place=31,
            about=_("Which telephone exchange tells of its calls."),
            section=Section.WORK,
        ),
        SettingsPage(
            route="calls:numbers",
            label=_("Phones of colleagues"),
            icon="users",
            permission="calls.edit",
            place=32,
            about=_("Whose screen shows a call that rings at a number inside of the exchange."),
            section=Section.WORK,
        ),
        SettingsPage(
            route="calls:counters",
            label=_("Counters"),
            icon="map-pin",
            permission="calls.edit",
            place=33,
            about=_("Tablets and QR codes at which people call for somebody."),
            section=Section.WORK,
        ),
    ),
    sentences={
        "calls.noted": gettext_noop("%(agent)s wrote down what was said %(aloud)s"),
        "calls.rang": gettext_noop("A call rang, was taken up or was over"),
        "calls.owed": gettext_noop("We owe the customer a call: %(owed)s"),
        "calls.missed_again": gettext_noop("The customer called in vain once more"),
        "calls.called_back": gettext_noop("We have spoken by phone: no call is owed any more"),
        "calls.walked_in": gettext_noop("Somebody at the counter %(counter)s waits, or waits no longer"),
        "calls.counter_changed": gettext_noop("Counter %(counter)s was changed"),
        "calls.numbers_changed": gettext_noop("The phones of colleagues were changed"),
    },
    names=(Named(word="counter", key="counter_id", names=called(Counter)),),
    codes=(
        Coded(
            word="aloud",
            key="way",
            means=by_code(
                {
                    "phone": pgettext_lazy("what an event tells", "by phone"),
                    "visit": pgettext_lazy("what an event tells", "in person"),
                }
            ),
        ),
        Coded(
            word="owed",
            key="because",
            means=by_code(
                {
                    "missed": pgettext_lazy("what an event tells", "theirs was missed"),
                    "asked": pgettext_lazy("what an event tells", "they asked for it"),
                }
            ),
        ),
    ),
    timeline={
        "calls.noted": "phone",
        "calls.owed": "phone",
        "calls.missed_again": "phone",
        "calls.called_back": "phone",
    },
    alerts=(
        AlertKind(
            name=NOTED,
            told=pgettext_lazy("what an event tells", "a colleague spoke with the customer"),
            title=_("A colleague spoke with your customer"),
            icon="phone",
            tone="accent",
        ),
    ),
    lists=(
        LiveRows(
            name="calls.owed",
            events=("calls.owed", "calls.missed_again", "calls.called_back", "cases.closed", "cases.promise_moved"),
            permission="calls.note",
        ),
        LiveRows(name="calls.calls", events=("calls.rang", "calls.noted"), permission="calls.note"),
    ),
    pops=(Pop(route="calls:pop", events=("calls.rang", "calls.walked_in"), permission="calls.note"),),
    panels=(Panel(name="calls", template="calls/panel.html", facts=beside_case, place=-5),),
    clock=(Every(minutes=10, run=look_after_calls),),
    export=kept_of,
    erase=forget_calls,
    urls="otklik.calls.urls",
    customer_urls="otklik.calls.customer_urls",
    api="otklik.calls.api.router",
    demo="otklik.calls.demo.deeds",
)
