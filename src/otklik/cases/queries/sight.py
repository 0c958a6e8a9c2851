"""Who may see which case, and everything of cases as far as somebody may see it."""

from collections.abc import Collection
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from otklik.cases.models import Alert, Case
from otklik.customers.queries import seen_when
from otklik.foundation.actors import Actor, ActorKind, Sight, require
from otklik.foundation.database.compiled import Compiled, Given, GivenIds
from otklik.foundation.errors import Refusal
from otklik.foundation.events.settled import settled_events
from otklik.foundation.in_use import alerts_off
from otklik.foundation.models import Event
from otklik.reach.models import Delivery, Message
from otklik.team.queries import team_by_id


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases an actor may see: own, of their teams, all; a customer sees their own."""
    cases = Case.objects.all()
    if actor.sees_all:
        return cases
    if actor.pk is None:
        return cases.none()
    if actor.is_customer:
        return cases.filter(customer_id=actor.pk)
    mine = Q(owner_id=actor.pk) | Q(deputy_id=actor.pk)
    if actor.sight is Sight.TEAM:
        return cases.filter(mine | Q(team_id__in=actor.team_ids))
    return cases.filter(mine)


@seen_when
def of_their_cases(actor: Actor) -> Q:
    """A customer is seen through a case in sight; whoever has no case yet is nobody's, and seen by all."""
    theirs = Case.objects.filter(customer_id=OuterRef("pk"))
    return Q(Exists(visible_to(actor).filter(customer_id=OuterRef("pk")))) | ~Q(Exists(theirs))


def anybody(kind: ActorKind, sight: Sight) -> Actor:
    """Stands in a ``Compiled`` query for everybody who sees alike; each call gives it somebody's ``eyes_of``."""
    given: Any = {"pk": Given("me"), "team_ids": GivenIds("teams")}
    return Actor(kind=kind, sight=sight, **given)


def alike(actor: Actor) -> tuple[ActorKind, Sight]:
    """Actors of whom this is the same share one ``Compiled`` query."""
    return actor.kind, actor.sight


def eyes_of(actor: Actor) -> dict[str, Any]:
    """What ``anybody`` is given to see as this actor does."""
    return {"me": actor.pk, "teams": list(actor.team_ids)}


def may_see(actor: Actor, case: Case) -> bool:
    if actor.sees_all:
        return True
    if actor.is_customer:
        return case.customer_id == actor.pk
    is_mine = actor.pk in {case.owner_id, case.deputy_id}
    return is_mine or (actor.sight is Sight.TEAM and case.team_id in actor.team_ids)


def require_case(actor: Actor, permission: str, case: Case) -> None:
    """Raise ``Refusal('not_found')`` for a case out of sight, ``Refusal('not_allowed')`` without the right."""
    if not may_see(actor, case):
        raise _not_found()
    require(actor, permission)


def case_by_number(number: int, *, actor: Actor) -> Case:
    """Raises ``Refusal('not_found')`` alike for a case that does not exist and one out of sight."""
    if number > BigIntegerField.MAX_BIGINT:
        raise _not_found()
    found = _by_number(*alike(actor))(number=number, **eyes_of(actor))
    if not found:
        raise _not_found()
    found[0].team = team_by_id(found[0].team_id)
    return found[0]


@cache
def _by_number(kind: ActorKind, sight: Sight) -> Compiled[Case]:
    rows = visible_to(anybody(kind, sight)).select_related("customer", "owner").defer("search")
    return Compiled(lambda: rows.filter(pk=Given("number")))


def _not_found() -> Refusal:
    return Refusal("not_found", _("There is no such case, or you may not see it."))


def alerts_of(actor: Actor) -> QuerySet[Alert]:
    """What an agent was told, newest first; nothing of a case that is no longer in their sight.

    Of spam only where a colleague asks them to look; nothing that an app tells which the house does without.
    """
    told = Alert.objects.filter(agent_id=actor.agent_id).select_related("case", "case__customer").order_by("-id")
    told = told.exclude(~Q(reason=Alert.Reason.MENTION), case__state=Case.State.SPAM)
    if off := alerts_off():
        told = told.exclude(reason__in=off)
    return told if actor.sees_all else told.filter(Q(case=None) | Q(case__in=visible_to(actor).values("id")))


def undelivered(actor: Actor) -> QuerySet[Delivery]:
    """Letters that did not arrive, of cases in sight that nobody has settled since; newest first."""
    return _failed(visible_to(actor).filter(is_undelivered=True)).order_by("-id")


def undelivered_among(ids: Collection[int], *, actor: Actor) -> QuerySet[Delivery]:
    """Those of these letters that did not arrive, also where somebody has settled it since."""
    return _failed(visible_to(actor)).filter(pk__in=ids)


def _failed(cases: QuerySet[Case]) -> QuerySet[Delivery]:
    of = cases.exclude(state=Case.State.SPAM)
    failed = [Delivery.State.FAILED, Delivery.State.BOUNCED]
    rows = Delivery.objects.filter(state__in=failed, message__conversation__thread__case__in=of)
    return rows.select_related("message__agent", "message__conversation__thread__case__customer")


def messages_in_sight(actor: Actor) -> QuerySet[Message]:
    """What was said in the cases an actor may see, with ``case_number`` (None while its case is being made)."""
    rows = (
        Message.objects.select_related("agent", "conversation__inbox")
        .prefetch_related("attachments__file", "deliveries")
        .defer("search")
    )
    rows = rows.annotate(case_number=F("conversation__thread__case_id"))
    return rows if actor.sees_all else rows.filter(conversation__thread__case__in=visible_to(actor))


def events_in_sight(actor: Actor, *, after: int) -> QuerySet[Event]:
    """History after an event, oldest first, as far as no slower transaction may still add to it.

    Who does not see all cases gets the events of the cases they see.
    """
    rows = settled_events(after=after)
    return rows if actor.sees_all else rows.filter(case_id__in=visible_to(actor).values("id"))


def is_seen(actor: Actor, number: int) -> bool:
    """Whether the actor may still see a case."""
    return visible_to(actor).filter(pk=number).exists()
