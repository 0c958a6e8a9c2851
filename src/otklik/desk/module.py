"""What the staff's face brings to the house: the pages that compose several apps."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.cases.queries import visible_to
from otklik.desk.forms.house import RulesForm, SafetyForm
from otklik.desk.queries import case_titles
from otklik.foundation.manifest import Entry, Module, Page, Policy, Record, Section, SettingsPage

MODULE = Module(
    name="desk",
    policies=(
        Policy(
            name="house.first_steps_put_away",
            default=False,
            label=pgettext_lazy("what was changed", "list of the first steps"),
        ),
        Policy(
            name="house.works_round_the_clock",
            default=False,
            label=pgettext_lazy("what was changed", "work round the clock"),
        ),
    ),
    navigation=(
        Entry(name="inbox", route="desk:inbox", label=_("Cases"), icon="inbox", section=Section.WORK, place=20),
        Entry(
            name="audit",
            route="desk:audit",
            label=_("Audit"),
            icon="history",
            section=Section.FOOT,
            place=10,
            permission="audit.see",
        ),
        Entry(
            name="settings",
            route="desk:settings",
            label=_("Settings"),
            icon="settings",
            section=Section.FOOT,
            place=20,
            permission="standards.edit",
        ),
    ),
    settings=(
        SettingsPage(
            route="desk:rules",
            label=_("Rules"),
            icon="hourglass",
            permission="settings.edit",
            place=100,
            about=_("How long we wait, how often we remind, and what brings a case back."),
            section=Section.WORK,
            form=RulesForm,
        ),
        SettingsPage(
            route="desk:safety",
            label=_("Safety"),
            icon="shield-lock",
            permission="settings.edit",
            place=110,
            about=_("How people log in, and how much one network may send."),
            section=Section.FOOT,
            form=SafetyForm,
        ),
        SettingsPage(
            route="desk:steps",
            label=_("First steps"),
            icon="checklist",
            permission="settings.edit",
            place=140,
            about=_("What a new house needs before its first customer."),
            section=Section.FOOT,
        ),
    ),
    pages=(Page(route="desk:search", label=_("Search"), icon="search"),),
    records=(
        Record(
            route="desk:case",
            key="number",
            label=_("Case"),
            icon="inbox",
            in_sight=visible_to,
            names=case_titles,
        ),
    ),
)
