"""What happened in a case, in one line each between its letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.foundation.models import Event
from otklik.team.queries import Face


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One line between letters."""

    id: int
    at: datetime
    icon: str
    tone: str
    html: str

    kind = "happened"


def happened(event: Event, people: Mapping[int, Face], said: Mapping[int, Any]) -> Happened | None:
    """The line of an event; None for events that a letter or a note already shows."""
    who = _first_name(people, event.actor_id) if event.actor_kind == "agent" else ""
    line = _move(event, people, said, who) or _change(event, people, who)
    if line is None:
        return None
    icon, tone, html = line
    return Happened(id=event.pk, at=event.at, icon=icon, tone=tone, html=html)


type _Line = tuple[str, str, str]


def _move(event: Event, people: Mapping[int, Face], said: Mapping[int, Any], who: str) -> _Line | None:
    if event.name == "cases.solved":
        return "hourglass", "solved", format_html(_("<b>{}</b> marked it as solved. The customer is asked"), who)
    if event.name == "cases.closed":
        if event.payload.get("outcome") == "satisfied":
            return "circle-check", "satisfied", _word(said.get(event.payload.get("word_id")), _("Yes, it is solved"))
        return "circle-dashed", "unconfirmed", _("Closed without the customer's word. Any new word opens it again")
    if event.name == "cases.reopened":
        return _reopened(event, said, who)
    return None


def _reopened(event: Event, said: Mapping[int, Any], who: str) -> _Line:
    reason = event.payload.get("reason", "")
    if reason in {"customer_said_no", "words_contradict", "low_rating"}:
        return "arrow-back-up", "back", _word(said.get(event.payload.get("word_id")), _("No, not yet"))
    texts = {
        "new_word": _("The customer wrote again: the case came back to the same owner"),
        "undelivered": _("The letter did not arrive: the case came back to its owner"),
        "by_agent": format_html(_("<b>{}</b> opened the case again"), who),
    }
    return "arrow-back-up", "back", texts.get(reason, _("The case came back"))


def _word(word: Any, button: str) -> str:
    if word is None:
        return format_html(_("The customer answered: <b>“{}”</b>"), button)
    line = format_html(_("The customer answered: <b>“{}”</b>"), button)
    if word.satisfaction:
        line = format_html("{}, {}", line, _("satisfied %(score)d of 5") % {"score": word.satisfaction})
    return format_html("{}. «{}»", line, word.words) if word.words else line


def _change(event: Event, people: Mapping[int, Face], who: str) -> _Line | None:
    payload = event.payload
    named = {key: _first_name(people, payload[key]) for key in _NAMED if payload.get(key)}
    lines: dict[str, tuple[str, str]] = {
        "cases.opened": ("inbox", _("The case came and has an owner: <b>{owner_id}</b>")),
        "cases.owner_changed": ("arrows-exchange", _("<b>{from_id}</b> handed the case over to <b>{to_id}</b>")),
        "cases.deputy_named": ("user-plus", _("<b>{deputy_id}</b> answers while the owner is away")),
        "cases.deputy_left": ("user-check", _("The owner is back, the deputy stepped down")),
        "cases.merged": ("git-merge", _("Case {number} was merged into this one")),
    }
    if event.name in lines:
        icon, text = lines[event.name]
        return icon, "", format_html(text, number=payload.get("from_case_id", ""), **named)
    if event.name == "cases.edited" and who:
        fields = ", ".join(str(_FIELDS[name]) for name in payload.get("fields", []) if name in _FIELDS)
        return "pencil", "", format_html(_("<b>{who}</b> changed: {fields}"), who=who, fields=fields)
    return None


_NAMED = ("owner_id", "from_id", "to_id", "deputy_id")
_FIELDS: dict[str, Any] = {
    "subject": gettext_lazy("subject"),
    "kind": gettext_lazy("kind"),
    "priority": gettext_lazy("priority"),
    "custom": gettext_lazy("own fields"),
    "team": gettext_lazy("team"),
    "tags": gettext_lazy("tags"),
}


def _first_name(people: Mapping[int, Face], agent_id: int | None) -> str:
    face = people.get(agent_id or 0)
    return face.first_name if face else _("Somebody")
