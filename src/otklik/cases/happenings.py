"""What happened in a case, in one line each between its letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.cases import labels
from otklik.foundation.models import Event
from otklik.foundation.modules import timeline
from otklik.foundation.sentences import Names, sentence
from otklik.team.choosing import Because, NotHere
from otklik.team.queries import Face
from otklik.ui.words import when


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One line between letters."""

    id: int
    at: datetime
    icon: str
    tone: str
    html: str
    done: str = ""
    """What was done, in the words that the customer was told."""

    kind = "happened"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the lines of a case speak of: ``people`` of ours, the customer's words, names in the sentences of apps."""

    people: Mapping[int, Face]
    said: Mapping[int, Any]
    names: Names


def happened(event: Event, known: Known, *, done: str = "") -> Happened | None:
    """The line of an event, with what was ``done``; None for events that a letter or a note already shows."""
    who = _first_name(known.people, event.actor_id) if event.actor_kind == "agent" else ""
    line = (
        _move(event, known.said, who)
        or _moved_promises(event)
        or _change(event, known.people, who)
        or _told_by_its_app(event, known.names)
    )
    if line is None:
        return None
    icon, tone, html = line
    return Happened(id=event.pk, at=event.at, icon=icon, tone=tone, html=html, done=done)


type _Line = tuple[str, str, str]


def _move(event: Event, said: Mapping[int, Any], who: str) -> _Line | None:
    if event.name == "cases.solved":
        return "hourglass", "solved", format_html(_("<b>{}</b> marked it as solved. The customer is asked"), who)
    if event.name == "cases.closed":
        if event.payload.get("outcome") == "satisfied":
            return "circle-check", "satisfied", _word(said.get(event.payload.get("word_id")), _("Yes, it is solved"))
        return "circle-dashed", "unconfirmed", _("Closed without the customer's word. Any new word opens it again")
    if event.name == "cases.reopened":
        return _reopened(event, said, who)
    return None


def _moved_promises(event: Event) -> _Line | None:
    """Why promises were counted anew, and from which moment to which."""
    because = _BECAUSE.get(event.payload.get("because", "")) if event.name == "cases.promises_moved" else None
    if because is None:
        return None
    moved = event.payload.get("moved", {})
    told = [
        _("%(promise)s: %(after)s instead of %(before)s")
        % {"promise": label.text, "before": _when(moved[kind][0]), "after": _when(moved[kind][1])}
        for kind, label in labels.PROMISES.items()
        if kind in moved
    ]
    return "clock", "", escape(f"{because}. {'; '.join(told)}")


def _when(moment: str) -> str:
    return when(datetime.fromisoformat(moment), now=timezone.now())


_BECAUSE: dict[str, Any] = {
    "calendar": gettext_lazy("The working time has changed, promises were counted anew"),
    "team": gettext_lazy("Another team has the case, promises were counted anew"),
    "kind": gettext_lazy("The kind of the case has changed, promises were counted anew"),
    "priority": gettext_lazy("The priority, or what it means, has changed, promises were counted anew"),
    "standard": gettext_lazy("A later version of the standard was taken, promises were counted anew"),
    "rest": gettext_lazy("The clock rested while we waited for the customer and goes on now"),
}


def _told_by_its_app(event: Event, names: Names) -> _Line | None:
    icon = timeline().get(event.name)
    return (icon, "", escape(sentence(event, names))) if icon else None


def _reopened(event: Event, said: Mapping[int, Any], who: str) -> _Line:
    reason = event.payload.get("reason", "")
    if reason in {"customer_said_no", "words_contradict", "low_rating"}:
        return "arrow-back-up", "back", _word(said.get(event.payload.get("word_id")), _("No, not yet"))
    texts = {
        "new_word": _("The customer wrote again: the case came back to the same owner"),
        "undelivered": _("The letter did not arrive: the case came back to its owner"),
        "by_agent": format_html(_("<b>{}</b> opened the case again"), who),
        "taken_back": format_html(_("<b>{}</b> took “solved” back before the letter left"), who),
    }
    return "arrow-back-up", "back", texts.get(reason, _("The case came back"))


def _word(word: Any, button: str) -> str:
    if word is None:
        return format_html(_("The customer answered: <b>“{}”</b>"), button)
    line = format_html(_("The customer answered: <b>“{}”</b>"), button)
    if word.satisfaction:
        line = format_html("{}, {}", line, _("satisfied %(score)d of 5") % {"score": word.satisfaction})
    if word.ease:
        line = format_html("{}, {}", line, _("easy %(score)d of 7") % {"score": word.ease})
    if word.explained_twice:
        line = format_html("{}, <b>{}</b>", line, _("had to explain twice"))
    return format_html("{}. «{}»", line, word.words) if word.words else line


def _change(event: Event, people: Mapping[int, Face], who: str) -> _Line | None:
    payload = event.payload
    named = {key: _first_name(people, payload[key]) for key in _NAMED if payload.get(key)}
    lines: dict[str, tuple[str, str]] = {
        "cases.opened": ("inbox", _("The case came and has an owner: <b>{owner_id}</b>")),
        "cases.owner_changed": ("arrows-exchange", _("<b>{from_id}</b> handed the case over to <b>{to_id}</b>")),
        "cases.inherited": ("arrows-exchange", _("<b>{from_id}</b> no longer works here, <b>{to_id}</b> goes on")),
        "cases.deputy_named": ("user-plus", _("<b>{deputy_id}</b> answers while the owner is away")),
        "cases.deputy_left": ("user-check", _("The owner is back, the deputy stepped down")),
        "cases.filed": ("inbox", _("Taken in, closed, from an old mailbox: nobody was answered or asked")),
        "cases.told_apart": ("arrows-split", _("<b>{who}</b> split this question off from case {number}")),
        "cases.split": ("arrows-split", _("<b>{who}</b> split off a new question: it goes on in case {to}")),
        "cases.ended_again": (
            "arrows-split",
            _("<b>{who}</b> split off a new question: it goes on in case {to}. This one is finished again, as before"),
        ),
        "cases.merged": ("git-merge", _("Case {number} was merged into this one")),
        "cases.marked_spam": ("ban", _("<b>{who}</b> marked it as spam. Nobody is answered or asked")),
        "cases.unmarked_spam": ("arrow-back-up", _("<b>{who}</b> said that it is not spam: all is as before")),
    }
    name = "cases.inherited" if payload.get("has_left") else event.name
    name = "cases.filed" if payload.get("is_history") else name
    name = "cases.told_apart" if name == "cases.opened" and payload.get("from_case_id") else name
    name = "cases.ended_again" if payload.get("is_ended") else name
    if name in lines:
        icon, text = lines[name]
        numbers = {"number": payload.get("from_case_id", ""), "to": payload.get("to_case_id", "")}
        line = format_html(text, **numbers, who=who or _("Somebody"), **named)
        because = _why_this_owner(payload, people) if name == "cases.opened" else ""
        return icon, "", format_html("{} ({})", line, because) if because else line
    if event.name == "cases.customer_changed":
        return "user", "", format_html(_("<b>{who}</b> gave the case to another customer"), who=who or _("Somebody"))
    if event.name == "cases.edited" and who:
        fields = ", ".join(str(_FIELDS[name]) for name in payload.get("fields", []) if name in _FIELDS)
        return "pencil", "", format_html(_("<b>{who}</b> changed: {fields}"), who=who, fields=fields)
    return None


def _why_this_owner(payload: Mapping[str, Any], people: Mapping[int, Face]) -> str:
    """Why this one, and which personal manager was passed over."""
    because = _OWNER_BECAUSE.get(payload.get("owner_because", ""))
    passed = [
        _PASSED[why] % {"name": people[int(pk)].name}
        for pk, why in payload.get("passed_managers", {}).items()
        if why in _PASSED and int(pk) in people
    ]
    return "; ".join(filter(None, [str(because or ""), *passed]))


_PASSED: dict[str, Any] = {
    NotHere.AWAY: gettext_lazy("the personal manager, %(name)s, was away"),
    NotHere.GONE: gettext_lazy("the personal manager, %(name)s, no longer works here"),
}
_OWNER_BECAUSE: dict[str, Any] = {
    Because.NAMED: gettext_lazy("was named"),
    Because.SERVED_BEFORE: gettext_lazy("served this customer before"),
    Because.CUSTOMERS_MANAGER: gettext_lazy("is the customer's personal manager"),
    Because.ORGANIZATIONS_MANAGER: gettext_lazy("is the personal manager of the customer's organization"),
    Because.SKILL: gettext_lazy("knows best what it is about"),
    Because.LEAST_BUSY: gettext_lazy("had the least to do, or it was their turn"),
    Because.ALL_FULL: gettext_lazy("everybody had as many cases as they may, the leads were told"),
    Because.NOBODY_HERE: gettext_lazy("nobody of the team was here, the leads were told"),
}
"""Why this one: what an owner may ask, and a lead."""
_NAMED = ("owner_id", "from_id", "to_id", "deputy_id")
_FIELDS: dict[str, Any] = {
    "subject": gettext_lazy("subject"),
    "kind": gettext_lazy("kind"),
    "priority": gettext_lazy("priority"),
    "custom": gettext_lazy("custom fields"),
    "team": gettext_lazy("team"),
    "tags": gettext_lazy("tags"),
    "standard": gettext_lazy("standard"),
}


def _first_name(people: Mapping[int, Face], agent_id: int | None) -> str:
    face = people.get(agent_id or 0)
    return face.first_name if face else _("Somebody")
