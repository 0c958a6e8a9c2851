"""The pages of the settings that cases bring."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from otklik.cases.forms.closing import ClosingForm
from otklik.cases.forms.mood import MoodForm
from otklik.foundation.manifest import Section, SettingsPage

SETTINGS: Final = (
    SettingsPage(
        route="cases:macros",
        label=_("Templates"),
        icon="template",
        permission="macros.edit",
        place=80,
        about=_("Words that many answers share."),
        section=Section.WORK,
    ),
    SettingsPage(
        route="cases:closings",
        label=_("Warm close"),
        icon="heart",
        permission="settings.edit",
        place=85,
        about=_("How letters end in which something is finished, by what happened."),
        section=Section.WORK,
        form=ClosingForm,
    ),
    SettingsPage(
        route="cases:mood",
        label=_("Mood of words"),
        icon="mood-smile",
        permission="settings.edit",
        place=86,
        about=_("By which phrases whoever answers is told how a customer's last words sound."),
        section=Section.WORK,
        form=MoodForm,
    ),
    SettingsPage(
        route="cases:facts",
        label=_("Custom fields"),
        icon="adjustments",
        permission="settings.edit",
        place=90,
        about=_("What your company notes about a case beside what every case has."),
        section=Section.WORK,
    ),
)
