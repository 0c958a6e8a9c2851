"""History in sentences: what each event means, and finding in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.models import Event
from otklik.team.models import Agent

SENTENCES: dict[str, str] = {
    "cases.opened": gettext_noop("A case was opened and got its owner: %(owner)s"),
    "cases.heard": gettext_noop("The customer wrote again"),
    "cases.replied": gettext_noop("An answer to the customer was written"),
    "cases.noted": gettext_noop("A note to colleagues was written"),
    "cases.solved": gettext_noop("The case was marked as solved"),
    "cases.reopened": gettext_noop("The case came back"),
    "cases.closed": gettext_noop("The case was closed"),
    "cases.owner_changed": gettext_noop("The case was handed over from %(from)s to %(to)s"),
    "cases.deputy_named": gettext_noop("%(deputy)s answers while the owner is away"),
    "cases.deputy_left": gettext_noop("The owner is back, %(deputy)s stepped down"),
    "cases.edited": gettext_noop("The case was changed: %(fields)s"),
    "cases.alerted": gettext_noop("%(agent)s was told at once"),
    "cases.merged": gettext_noop("Another case was joined to this one"),
    "cases.macro_changed": gettext_noop("A prepared text was changed: %(fields)s"),
    "cases.custom_field_changed": gettext_noop("An own field was changed: %(fields)s"),
    "customers.met": gettext_noop("A customer turned to us for the first time"),
    "customers.edited": gettext_noop("The customer's record was changed: %(fields)s"),
    "customers.erased": gettext_noop("The customer's personal data was erased"),
    "customers.exported": gettext_noop("The customer's personal data was exported"),
    "customers.merged": gettext_noop("Two records of one person were joined"),
    "customers.address_bounced": gettext_noop("A letter to the customer's address came back"),
    "customers.organization_changed": gettext_noop("An organization was changed: %(fields)s"),
    "reach.message_received": gettext_noop("A message came"),
    "reach.message_held": gettext_noop("A letter was held"),
    "reach.held_decided": gettext_noop("A held letter was decided about"),
    "reach.message_queued": gettext_noop("A letter was put into the outbox"),
    "reach.message_cancelled": gettext_noop("A letter was taken back before it left"),
    "reach.message_sent": gettext_noop("A letter was sent"),
    "reach.message_undelivered": gettext_noop("A letter was not delivered"),
    "reach.delivery_retried": gettext_noop("An undelivered letter was sent again"),
    "reach.word_refused": gettext_noop("A letter was not sent: the gate stopped it"),
    "reach.inbox_changed": gettext_noop("An inbox was changed: %(fields)s"),
    "voice.customer_asked": gettext_noop("The customer was asked whether all is solved"),
    "voice.customer_reminded": gettext_noop("The customer was reminded of the question"),
    "voice.answer_recorded": gettext_noop("The customer answered"),
    "knowledge.article_written": gettext_noop("An article was begun"),
    "knowledge.article_changed": gettext_noop("An article's settings were changed: %(fields)s"),
    "knowledge.draft_dropped": gettext_noop("A draft of an article was thrown away"),
    "knowledge.approval_asked": gettext_noop("A colleague was asked to approve an article"),
    "knowledge.version_approved": gettext_noop("An article was approved"),
    "knowledge.version_returned": gettext_noop("An article was sent back to its author"),
    "knowledge.version_scheduled": gettext_noop("An article will be published later"),
    "knowledge.article_published": gettext_noop("An article was published"),
    "knowledge.article_reviewed": gettext_noop("An article was read again and is still true"),
    "knowledge.brand_changed": gettext_noop("A brand was changed: %(fields)s"),
    "knowledge.article_withdrawn": gettext_noop("An article was withdrawn"),
    "knowledge.correction_proposed": gettext_noop("A correction to an article was proposed"),
    "knowledge.correction_decided": gettext_noop("A proposed correction was decided about"),
    "knowledge.house_words_changed": gettext_noop("The words of the search were changed"),
    "knowledge.section_changed": gettext_noop("A section of the help centre was changed: %(fields)s"),
    "team.agent_joined": gettext_noop("%(agent)s joined the desk"),
    "team.agent_invited": gettext_noop("%(agent)s was sent a link to choose a password"),
    "team.agent_changed": gettext_noop("%(agent)s was changed: %(fields)s"),
    "team.agent_went_away": gettext_noop("%(agent)s went away"),
    "team.agent_came_back": gettext_noop("%(agent)s came back"),
    "team.team_changed": gettext_noop("A team was changed: %(fields)s"),
    "team.working_time_changed": gettext_noop("Working time was changed: %(fields)s"),
    "team.token_created": gettext_noop("An API token was made for %(agent)s"),
    "team.token_revoked": gettext_noop("An API token of %(agent)s was revoked"),
    "standards.changed": gettext_noop("A service standard was changed: %(fields)s"),
    "webhooks.changed": gettext_noop("A webhook was changed"),
    "webhooks.disabled": gettext_noop("A webhook was switched off"),
    "webhooks.tested": gettext_noop("A webhook was tried"),
    "foundation.policies_changed": gettext_noop("Rules were changed: %(fields)s"),
}
_PEOPLE = {"owner": "owner_id", "from": "from_id", "to": "to_id", "deputy": "deputy_id", "agent": "agent_id"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event in words."""

    event: Event
    who: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for; each None or '' means: whatever."""

    who: str = ""
    what: str = ""
    case: int | None = None
    customer: int | None = None
    since: date | None = None
    until: date | None = None


def found(actor: Actor, wanted: Wanted) -> QuerySet[Event]:
    """Events that fit and that the actor may see, newest first."""
    rows = Event.objects.order_by("-id")
    if not actor.sees_all:
        rows = rows.filter(Q(case_id=None) | Q(case_id__in=visible_to(actor).values("id")))
    exact: dict[str, object] = {"name": wanted.what, "case_id": wanted.case, "customer_id": wanted.customer}
    exact |= {"actor_id": wanted.who} if wanted.who.isdecimal() else {"actor_kind": wanted.who}
    if wanted.who.isdecimal():
        exact["actor_kind"] = ActorKind.AGENT
    if wanted.since:
        exact["at__gte"] = _midnight(wanted.since)
    if wanted.until:
        exact["at__lt"] = _midnight(wanted.until + timedelta(days=1))
    return rows.filter(**{field: value for field, value in exact.items() if value})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def lines(events: Sequence[Event]) -> list[Line]:
    """The events in words, names asked for once."""
    names = _names(events)
    return [Line(event=event, who=_who(event, names), what=sentence(event, names)) for event in events]


def _names(events: Iterable[Event]) -> dict[int, str]:
    ids: set[int] = set()
    for event in events:
        ids |= {event.actor_id} if event.actor_kind == ActorKind.AGENT and event.actor_id else set()
        ids |= {event.payload[key] for key in _PEOPLE.values() if event.payload.get(key)}
    return dict(Agent.objects.filter(pk__in=ids).values_list("id", "name"))


def _who(event: Event, names: Mapping[int, str]) -> str:
    if event.actor_kind == ActorKind.AGENT:
        return names.get(event.actor_id or 0, _("Somebody of the staff"))
    return _("The customer") if event.actor_kind == ActorKind.CUSTOMER else _("Otklik itself")


def sentence(event: Event, names: Mapping[int, str]) -> str:
    """What happened; the bare name of an event that this version does not know."""
    known = SENTENCES.get(event.name)
    if known is None:
        return event.name
    values = {word: names.get(event.payload.get(key) or 0, "—") for word, key in _PEOPLE.items()}
    values["fields"] = ", ".join(event.payload.get("fields") or event.payload.get("names") or ()) or "—"
    return _(known) % values
