"""What promises bring to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.cases.models import Case
from otklik.foundation.manifest import (
    AlertKind,
    CustomerPanel,
    Entry,
    Every,
    LiveRows,
    Module,
    Move,
    Panel,
    Policy,
    Section,
    SettingsPage,
)
from otklik.promises.actions import forget_words
from otklik.promises.clock import look_at_promises
from otklik.promises.forms import PromisesForm
from otklik.promises.queries import (
    AT_RISK,
    BROKEN,
    beside_case,
    kept_of,
    promised_to,
    waiting,
)


def _is_going_on(case: Case) -> bool:
    return not case.is_closed and case.state != Case.State.SPAM


MODULE = Module(
    name="promises",
    policies=(
        Policy(
            name="promises.owner_percent",
            default=75,
            label=pgettext_lazy("what was changed", "share of a promise's time at which its owner is told"),
        ),
        Policy(
            name="promises.deputy_percent",
            default=85,
            label=pgettext_lazy("what was changed", "share of a promise's time at which the deputy is told"),
        ),
        Policy(
            name="promises.lead_percent",
            default=95,
            label=pgettext_lazy("what was changed", "share of a promise's time at which the lead is told"),
        ),
        Policy(
            name="promises.by_mail",
            default=True,
            label=pgettext_lazy("what was changed", "e-mail before a promise breaks"),
        ),
    ),
    navigation=(
        Entry(
            name="broken",
            route="promises:broken",
            label=_("Broken promises"),
            icon="alarm",
            section=Section.WORK,
            permission="team.see",
            place=40,
            count=waiting,
        ),
    ),
    settings=(
        SettingsPage(
            route="promises:settings",
            label=_("Promises"),
            icon="alarm",
            permission="settings.edit",
            place=45,
            about=_("Who is told before a promise breaks, and when."),
            section=Section.WORK,
            form=PromisesForm,
        ),
    ),
    sentences={
        "promises.warned": gettext_noop("%(agent)s was told before a promise breaks: %(promise)s, %(due)s"),
        "promises.broken": gettext_noop("A promise was broken: %(promise)s, %(due)s"),
        "promises.word_given": gettext_noop("The customer has heard from us about a broken promise"),
        "promises.word_lost": gettext_noop("The letter about a broken promise did not arrive"),
        "promises.offered": gettext_noop("An answer promises something by a certain time"),
        "promises.offer_decided": gettext_noop("Whether an answer promises something was decided"),
    },
    timeline={
        "promises.warned": "bell",
        "promises.broken": "alert-triangle",
        "promises.word_given": "circle-check",
        "promises.word_lost": "mail-x",
    },
    alerts=(
        AlertKind(
            name=AT_RISK,
            told=pgettext_lazy("what an event tells", "a promise is about to break"),
            title=_("A promise is about to break"),
            icon="alarm",
            tone="risk",
        ),
        AlertKind(
            name=BROKEN,
            told=pgettext_lazy("what an event tells", "a promise was broken, and the customer is waiting to hear"),
            title=_("A promise was broken: the customer is waiting to hear from you"),
            icon="alert-triangle",
            tone="late",
        ),
    ),
    lists=(
        LiveRows(
            name="promises.broken",
            events=(
                "promises.broken",
                "promises.word_given",
                "promises.word_lost",
                "cases.closed",
                "cases.reopened",
                "cases.marked_spam",
                "cases.unmarked_spam",
                "cases.merged",
            ),
            permission="team.see",
        ),
    ),
    panels=(Panel(name="promises", template="promises/panel.html", facts=beside_case, place=-10),),
    customer_panels=(CustomerPanel(name="promised", template="promises/customer_panel.html", facts=promised_to),),
    moves=(
        Move(
            route="promises:call",
            label=_("Promise a call"),
            icon="phone",
            permission="cases.promise",
            fits=_is_going_on,
        ),
        Move(
            route="promises:visit",
            label=_("Promise a visit"),
            icon="map-pin",
            permission="cases.promise",
            fits=_is_going_on,
        ),
    ),
    clock=(Every(minutes=1, run=look_at_promises),),
    export=kept_of,
    erase=forget_words,
    urls="otklik.promises.urls",
    api="otklik.promises.api.router",
    demo="otklik.promises.demo.deeds",
)
