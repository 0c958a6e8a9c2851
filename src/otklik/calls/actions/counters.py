"""The counter: set up by those who may, used by whoever stands there, seen at once by staff."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.calls.events import CounterChanged, WalkedIn
from otklik.calls.models import Counter, WalkIn
from otklik.customers.actions import normalise
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.team.models import Team
from otklik.team.queries import here_in

_MOST_TOPICS: Final = 8
_LONGEST_TEXT: Final = 1000
_KEPT: Final = timedelta(hours=12)
_BLANK: Final = {"name": "", "phone": "", "text": ""}


@in_one
def save_counter(
    *,
    counter: Counter | None,
    actor: Actor,
    name: str,
    team: Team,
    address: str = "",
    topics: Sequence[str] = (),
    is_open: bool = True,
) -> Counter:
    """Set a counter up, or change it; its address and QR code stay. Raises ``Refusal('counter_name_missing')``."""
    require(actor, "calls.edit")
    name = " ".join(name.split())
    if not name:
        text = _("Give the counter a name, for example “the shop in Lenin street”.")
        raise Refusal("counter_name_missing", text, fields={"name": text})
    values: dict[str, Any] = {
        "name": name[:80],
        "address": address.strip()[:160],
        "team": team,
        "topics": [" ".join(one.split())[:40] for one in topics if one.strip()][:_MOST_TOPICS],
        "is_open": is_open,
    }
    if counter is None:
        counter = Counter.objects.create(mark=secrets.token_urlsafe(9), **values)
    else:
        Counter.objects.filter(pk=counter.pk).update(**values)
    announce(CounterChanged(counter_id=counter.pk), actor=actor)
    return counter


@in_one
def call_somebody(*, counter: Counter, text: str, topic: str = "", name: str = "", phone: str = "") -> WalkIn:
    """Somebody at the counter wants a person: the screens of its team show it at once.

    Raises ``Refusal('text_missing' | 'phone_invalid')``.
    """
    text, topic = text.strip()[:_LONGEST_TEXT], topic if topic in counter.topics else ""
    if not text and not topic:
        words = _("Choose what it is about, or write two words.")
        raise Refusal("text_missing", words, fields={"text": words})
    row = WalkIn.objects.create(
        counter=counter,
        key=secrets.token_urlsafe(12),
        name=" ".join(name.split())[:100],
        phone=normalise("phone", phone) if phone.strip() else "",
        topic=topic,
        text=text,
    )
    _tell_screens(row)
    return row


@in_one
def go_to(*, walk_in: WalkIn, actor: Actor) -> None:
    """I go: whoever waits reads my name. Of two who press, the first goes. Raises ``Refusal('somebody_goes')``."""
    require(actor, "calls.note")
    free = WalkIn.objects.filter(pk=walk_in.pk, agent=None, done_at=None)
    if not free.update(agent_id=actor.agent_id, seen_at=timezone.now()):
        raise Refusal("somebody_goes", _("Somebody goes to them already."))
    _tell_screens(walk_in)


@in_one
def let_go(*, walk_in: WalkIn, actor: Actor) -> None:
    """They have gone, or it is done without a word to write down. Safe to run twice."""
    require(actor, "calls.note")
    if WalkIn.objects.filter(pk=walk_in.pk, done_at=None).update(done_at=timezone.now(), **_BLANK):
        _tell_screens(walk_in)


def _tell_screens(row: WalkIn) -> None:
    team = [one.pk for one in here_in(row.counter.team)]
    announce(WalkedIn(walk_in_id=row.pk, counter_id=row.counter_id, agent_ids=sorted(team)), actor=SYSTEM)


def forget_those_who_waited(now: datetime) -> None:
    """At the end of the day nobody waits any more, and nothing of what they typed is kept."""
    old = WalkIn.objects.filter(done_at=None, at__lt=now - _KEPT)
    old.update(done_at=now, **_BLANK)
