"""The pages of the settings and of the help centre, and who may open each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.foundation.actors import Actor, may


@dataclass(frozen=True, kw_only=True)
class Section:
    name: str
    label: str | Promise
    icon: str
    permission: str

    @property
    def url(self) -> str:
        return reverse(f"desk:{self.name}")


SECTIONS = (
    Section(name="company", label=_("Company"), icon="building", permission="settings.edit"),
    Section(name="inboxes", label=_("Inboxes"), icon="inbox", permission="reach.edit"),
    Section(name="widget", label=_("Help button"), icon="message-question", permission="settings.edit"),
    Section(name="teams", label=_("Teams"), icon="users-group", permission="team.edit"),
    Section(name="calendars", label=_("Working time"), icon="calendar-time", permission="team.edit"),
    Section(name="agents", label=_("People at the desk"), icon="headset", permission="team.edit"),
    Section(name="standards", label=_("Service standards"), icon="checklist", permission="standards.edit"),
    Section(name="macros", label=_("Prepared texts"), icon="template", permission="macros.edit"),
    Section(name="facts", label=_("Own fields"), icon="adjustments", permission="settings.edit"),
    Section(name="rules", label=_("Rules"), icon="hourglass", permission="settings.edit"),
    Section(name="safety", label=_("Safety"), icon="shield-lock", permission="settings.edit"),
    Section(name="tokens", label=_("API tokens"), icon="key", permission="team.edit"),
    Section(name="webhooks", label=_("Webhooks"), icon="webhook", permission="webhooks.edit"),
)


HELP_CENTRE = (
    Section(name="knowledge", label=_("Articles"), icon="book", permission=""),
    Section(name="sections", label=_("Sections"), icon="list", permission=""),
    Section(name="knowledge-questions", label=_("Questions asked in vain"), icon="message-question", permission=""),
    Section(name="corrections", label=_("Corrections"), icon="pencil", permission=""),
    Section(name="knowledge-figures", label=_("Figures"), icon="chart-bar", permission=""),
    Section(name="house-words", label=_("Words of the search"), icon="search", permission="knowledge.arrange"),
    Section(name="knowledge-import", label=_("Import and export"), icon="upload", permission="knowledge.arrange"),
    Section(name="brands", label=_("Brands"), icon="world", permission="settings.edit"),
)


def open_to(actor: Actor, sections: Sequence[Section] = SECTIONS) -> list[Section]:
    """Sections whose page exists and that the actor may open; no permission is open to everybody."""
    return [one for one in sections if (not one.permission or may(actor, one.permission)) and _exists(one)]


def _exists(section: Section) -> bool:
    try:
        return bool(section.url)
    except NoReverseMatch:
        return False
