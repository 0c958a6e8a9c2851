"""What the app sample brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import EVERYBODY
from otklik.foundation.manifest import (
    AlertKind,
    Entry,
    Finder,
    LiveRows,
    Module,
    Panel,
    Policy,
    Section,
    SettingsPage,
    Switch,
)
from otklik.sample.actions import forget_entries
from otklik.sample.queries import beside_case, entries_of, found, lately

MODULE = Module(
    name="sample",
    switch=Switch(
        label=_("Sample"),
        icon="bulb",
        leaves=_("Nobody can write anything down any more, and nobody is told of it."),
        stays=_("What was written down is kept."),
    ),
    permissions={"sample.write": EVERYBODY},
    policies=(
        Policy(name="sample.days", default=7, label=pgettext_lazy("what was changed", "days that an entry is new")),
    ),
    navigation=(
        Entry(
            name="sample",
            route="sample:entries",
            label=_("Sample"),
            icon="bulb",
            section=Section.VOICE,
            count=lately,
        ),
    ),
    settings=(
        SettingsPage(
            route="sample:settings",
            label=_("Sample"),
            icon="bulb",
            permission="settings.edit",
            place=500,
            about=_("What samples do for your customers."),
        ),
    ),
    sentences={"sample.written": gettext_noop("%(agent)s wrote something down")},
    timeline={"sample.written": "bulb"},
    alerts=(
        AlertKind(
            name="sample.written",
            told=pgettext_lazy("what an event tells", "something was written down"),
            title=_("Something was written down"),
            icon="bulb",
            tone="accent",
        ),
    ),
    lists=(LiveRows(name="sample.entries", events=("sample.written",)),),
    panels=(Panel(name="sample", template="sample/panel.html", facts=beside_case),),
    export=entries_of,
    erase=forget_entries,
    search=Finder(label=_("Sample"), icon="bulb", find=found),
    urls="otklik.sample.urls",
    api="otklik.sample.api.router",
    demo="otklik.sample.demo.deeds",
)
