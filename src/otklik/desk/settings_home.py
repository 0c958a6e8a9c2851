"""The settings at one glance: what is set where, what it does, and what holds by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from otklik.desk.rail import LOOKS
from otklik.foundation.http.forms import PolicyForm, default_of, fields_in_use
from otklik.foundation.manifest import Section, SettingsPage
from otklik.foundation.modules import defaults
from otklik.foundation.policies import last_changes, policy
from otklik.foundation.text.language import other_layout
from otklik.team.queries import faces

HOUSE = pgettext_lazy("section", "The house")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A rule of the house. ``effect``: what it does; ``is_changed``: somebody has set it to something else."""

    label: str
    url: str
    effect: str
    by_default: str
    is_changed: bool


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A page of the settings with those of its rules that are shown."""

    page: SettingsPage
    settings: Sequence[Setting]


def label_of(section: Section) -> str | Promise:
    """What a section of the settings is called."""
    return HOUSE if section is Section.FOOT else LOOKS[section][0]


def by_section(pages: Sequence[SettingsPage]) -> list[tuple[str | Promise, list[SettingsPage]]]:
    """The pages under the name of their section, both in order."""
    return [(label_of(section), list(group)) for section, group in groupby(pages, key=lambda one: one.section)]


def overview(pages: Sequence[SettingsPage], text: str = "") -> list[tuple[str | Promise, list[Shelf]]]:
    """Pages and rules under the name of their section; those only whose words hold ``text``, on either keyboard."""
    meant = {text.strip().lower(), other_layout(text.strip())}
    found = []
    for label, group in by_section(pages):
        shelves = [shelf for page in group if (shelf := _shelf(page, meant))]
        found += [(label, shelves)] if shelves else []
    return found


def settings_of(page: SettingsPage) -> list[Setting]:
    """The rules that are set on a page."""
    if page.form is None:
        return []
    return [
        Setting(
            label=str(field.label),
            url=f"{page.url}#id_{name}",
            effect=str(field.help_text),
            by_default=default_of(name, field),
            is_changed=(rule := name.replace("__", ".")) in defaults() and policy(rule) != defaults()[rule],
        )
        for name, field in fields_in_use(page.form.base_fields).items()
    ]


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A rule that somebody has changed: who did so last, and when."""

    label: str
    who: str
    at: datetime


def last_changes_of(form: PolicyForm) -> list[Changed]:
    """Who changed the rules of a form, the newest change first."""
    known, people = last_changes(), faces()
    found = []
    for name, field in form.fields.items():
        if change := known.get(name.replace("__", ".")):
            face = people.get(change.agent_id) if change.agent_id else None
            who = face.name if face else gettext("Otklik itself")
            found.append(Changed(label=str(field.label), who=who, at=change.at))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _shelf(page: SettingsPage, meant: set[str]) -> Shelf | None:
    settings = settings_of(page)
    if _says(f"{page.label} {page.about}", meant):
        return Shelf(page=page, settings=settings)
    fitting = [one for one in settings if _says(f"{one.label} {one.effect}", meant)]
    return Shelf(page=page, settings=fitting) if fitting else None


def _says(words: str, meant: set[str]) -> bool:
    lower = words.lower()
    return any(all(word in lower for word in text.split()) for text in meant)
