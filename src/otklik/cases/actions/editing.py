"""Properties of a case, alerts and macros."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.fields import checked_custom
from otklik.cases.actions.indexing import case_vector
from otklik.cases.actions.recounting import announce_moved
from otklik.cases.actions.serving import follow_facts, follow_with_promises
from otklik.cases.clocks import counted_anew
from otklik.cases.events import ALERTS_SEEN, Alerted, CaseEdited
from otklik.cases.models import Alert, Case, CaseKind, Priority
from otklik.cases.queries import require_case
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce, whisper
from otklik.foundation.in_use import alerts_off
from otklik.foundation.modules import alert_kinds
from otklik.foundation.text.language import VERSION
from otklik.standards.queries import times_for
from otklik.team.models import Agent
from otklik.team.queries import leads_of

_EDITABLE = ("subject", "kind", "priority", "custom", "team")
_LONGEST_TAG = 40


def alert(*, agent: Agent, case: Case | None, reason: str, source: str) -> None:
    """Tell one agent at once; the same thing only once. ``case`` None: it is about the house.

    Of who has left nobody is forgotten: the leads are told in their place. Of what the house does without nobody is
    told. Raises ``KeyError`` for a kind of alert that no app brings.
    """
    if reason not in alert_kinds():
        raise KeyError(reason)
    if reason in alerts_off():
        return
    if case is not None and not agent.is_active:
        for lead in leads_of(case.team):
            alert(agent=lead, case=case, reason=reason, source=source)
        return
    _row, is_new = Alert.objects.get_or_create(agent=agent, case=case, reason=reason, source=source)
    if is_new:
        about = {"case_id": case.pk, "customer_id": case.customer_id} if case else {}
        announce(Alerted(agent_id=agent.pk, reason=reason, **about), actor=SYSTEM)


def see_alerts(*, actor: Actor, case: Case | None = None, alert_id: int | None = None) -> list[int]:
    """The agent has seen their alerts: of one case, one alone, or all. Returns which are seen by this."""
    rows = Alert.objects.filter(agent_id=actor.agent_id, seen_at=None)
    if case is not None:
        rows = rows.filter(case=case)
    if alert_id is not None:
        rows = rows.filter(pk=alert_id)
    seen = list(rows.order_by("-id").values_list("pk", flat=True))
    if seen:
        Alert.objects.filter(pk__in=seen, seen_at=None).update(seen_at=timezone.now())
        whisper(ALERTS_SEEN, actor=actor)
    return seen


def unsee_alert(*, actor: Actor, alert_id: int) -> None:
    """The agent wants to be told again of what they have seen. Raises ``Refusal('changed_meanwhile')``."""
    mine = Alert.objects.filter(agent_id=actor.agent_id, pk=alert_id, seen_at__isnull=False)
    if not mine.update(seen_at=None):
        raise Refusal("changed_meanwhile", _("This already stands among what you have not seen."))
    whisper(ALERTS_SEEN, actor=actor)


@in_one
def edit_case(*, case: Case, actor: Actor, changes: Mapping[str, Any]) -> None:
    """Change subject, kind, priority, custom fields or team; the running promises follow what they stand on.

    ``custom`` names only what changes: other facts stay as they are at this moment, whatever ``case`` remembers.
    """
    require_case(actor, "cases.edit", case)
    _check(case, changes)
    if "custom" in changes:
        now = Case.objects.select_for_update(no_key=True).values_list("custom", flat=True).get(pk=case.pk)
        changes = {**changes, "custom": checked_custom("case", changes["custom"], known=now)}
        case.custom = now
    changed = [field for field in _EDITABLE if field in changes and getattr(case, field) != changes[field]]
    if not changed:
        return
    values: dict[str, Any] = {field: changes[field] for field in changed}
    if "subject" in changed:
        values |= {"search": _vector(case, changes["subject"]), "search_version": VERSION}
    because = next((name for name in ("team", "kind", "priority") if name in changed), "")
    if because:
        now = Case.objects.select_for_update(no_key=True).defer("search").get(pk=case.pk)
        chosen = _standard_now(now, changes, because, actor)
        values |= chosen
        changed += ["standard"] if chosen else []
        values |= _promises_now(now, changes, chosen.get("standard_version_id", now.standard_version_id))
        announce_moved(case, values, because=because, actor=actor)
    Case.objects.filter(pk=case.pk).update(**values, updated_at=timezone.now())
    for field, value in values.items():
        if field in {*_EDITABLE, "standard_version_id"}:
            setattr(case, field, value)
    announce(CaseEdited(case_id=case.pk, customer_id=case.customer_id, fields=changed), actor=actor)


def _vector(case: Case, subject: str) -> SearchVector:
    address = case.threads.order_by("id").values_list("conversation__address", flat=True).first()
    return case_vector(subject, case.customer.name, address or "")


def _check(case: Case, changes: Mapping[str, Any]) -> None:
    if "kind" in changes and changes["kind"] not in CaseKind.values:
        raise Refusal("kind_unknown", _("There is no such kind of case."), fields={"kind": str(changes["kind"])})
    if "priority" in changes and changes["priority"] not in Priority.values:
        raise Refusal(
            "priority_unknown", _("There is no such priority."), fields={"priority": str(changes["priority"])}
        )
    if case.subject and "subject" in changes and not str(changes["subject"]).strip():
        text = _("A subject is missing.")
        raise Refusal("subject_missing", text, fields={"subject": text})


def _standard_now(case: Case, changes: Mapping[str, Any], because: str, actor: Actor) -> dict[str, Any]:
    """Another standard, where kind or team change to what another one is for."""
    told = {name: changes[name] for name in ("kind", "team") if name in changes}
    return follow_facts(case, because=because, actor=actor, **told) if told else {}


def _promises_now(case: Case, changes: Mapping[str, Any], version_id: int | None) -> dict[str, Any]:
    kind, priority = changes.get("kind", case.kind), changes.get("priority", case.priority)
    team = changes.get("team", case.team)
    standard = times_for(kind, version_id, priority)
    return counted_anew(case, standard=standard, calendar=team.working_time, now=timezone.now())


@in_one
def tag_case(*, case: Case, actor: Actor, add: Iterable[str] = (), remove: Iterable[str] = ()) -> list[str]:
    """Add and remove tags; lower-case, no doubles, in order of arrival. Returns the tags after it."""
    require_case(actor, "cases.edit", case)
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    gone = set(clean_tags(remove))
    tags = [tag for tag in clean_tags([*locked.tags, *add]) if tag not in gone]
    if tags != locked.tags:
        values = follow_with_promises(locked, because="tags", actor=actor, tags=tags)
        Case.objects.filter(pk=case.pk).update(tags=tags, **values, updated_at=timezone.now())
        fields = ["tags", "standard"] if values else ["tags"]
        announce(CaseEdited(case_id=case.pk, customer_id=case.customer_id, fields=fields), actor=actor)
        case.standard_version_id = values.get("standard_version_id", case.standard_version_id)
    case.tags = tags
    return tags


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags as they are kept: lower-case, single spaces, no empty ones, no doubles."""
    cleaned = (" ".join(tag.lower().split())[:_LONGEST_TAG] for tag in tags)
    return [tag for tag in dict.fromkeys(cleaned) if tag]
