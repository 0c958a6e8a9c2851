"""The pages of the settings, and who may open each."""

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
    Section(name="brands", label=_("Brands"), icon="world", permission="settings.edit"),
    Section(name="macros", label=_("Prepared texts"), icon="template", permission="macros.edit"),
    Section(name="facts", label=_("Own fields"), icon="adjustments", permission="settings.edit"),
    Section(name="rules", label=_("Rules"), icon="hourglass", permission="settings.edit"),
    Section(name="safety", label=_("Safety"), icon="shield-lock", permission="settings.edit"),
    Section(name="tokens", label=_("API tokens"), icon="key", permission="team.edit"),
    Section(name="webhooks", label=_("Webhooks"), icon="webhook", permission="webhooks.edit"),
)


def open_to(actor: Actor) -> list[Section]:
    """Sections whose page exists and that the actor may open."""
    return [section for section in SECTIONS if may(actor, section.permission) and _exists(section)]


def _exists(section: Section) -> bool:
    try:
        return bool(section.url)
    except NoReverseMatch:
        return False
