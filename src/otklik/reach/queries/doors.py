"""The ways people reach us, as the house sees them: open or shut, last used, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.foundation.webhooks.words import problem_in_words
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.models import Delivery, Inbox, Message, RawMessage

_NEWEST: Final = 5_000
"""Of so many letters that left last, the newest of each inbox is looked for; an older one is as good as none."""


@dataclass(frozen=True, kw_only=True)
class DoorState:
    """``state``: open, paused or broken; ``waiting``: words that have not left; moments are None before the first."""

    inbox: Inbox
    state: str
    waiting: int
    last_in: datetime | None
    last_out: datetime | None

    @property
    def problem(self) -> str:
        """Why it is shut, in words; '' for an open door."""
        return door_problem(self.inbox.problem)

    @property
    def hook(self) -> str:
        """The path that the other side calls; '' where nobody does."""
        return hook_path(self.inbox)


def doors() -> list[DoorState]:
    """All that people can reach us by, but for what every house has: the form of the site and the API."""
    inboxes = (
        Inbox.objects.select_related("team").filter(kind__in=[*CHANNELS, Inbox.Kind.CTI]).order_by("kind", "address")
    )
    waiting, came, left = _waiting(), _letters_came(), _letters_left()
    return [
        DoorState(
            inbox=one,
            state=_state(one),
            waiting=waiting.get(one.pk, 0),
            last_in=one.last_in_at or came.get(one.pk),
            last_out=one.last_out_at or left.get(one.pk),
        )
        for one in inboxes
    ]


def _state(inbox: Inbox) -> str:
    if inbox.problem:
        return "broken"
    return "open" if inbox.is_active else "paused"


def _waiting() -> Mapping[int, int]:
    rows = Delivery.objects.filter(state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])
    counted = rows.values("message__conversation__inbox").annotate(count=Count("id"))
    return dict(counted.values_list("message__conversation__inbox", "count"))


def _letters_came() -> Mapping[int, datetime]:
    newest = RawMessage.objects.order_by("-id").values("id")[:_NEWEST]
    rows = RawMessage.objects.filter(pk__in=newest, is_history=False).exclude(inbox=None)
    return dict(rows.values_list("inbox").annotate(last=Max("kept_at")))


def _letters_left() -> Mapping[int, datetime]:
    newest = Delivery.objects.order_by("-id").values("id")[:_NEWEST]
    rows = Delivery.objects.filter(pk__in=newest).exclude(sent_at=None)
    return dict(rows.values_list("message__conversation__inbox").annotate(last=Max("sent_at")))


def hook_path(inbox: Inbox) -> str:
    if not inbox.route:
        return ""
    return reverse("reach-hooks:hook", kwargs={"kind": inbox.kind, "route": inbox.route})


def hook_url(inbox: Inbox) -> str:
    return settings.BASE_URL + hook_path(inbox)


def door_by_id(inbox_id: int) -> Inbox:
    """A door with a hook. Raises ``Refusal('not_found')``."""
    row = Inbox.objects.select_related("team").filter(pk=inbox_id, kind__in=list(CHANNELS)).exclude(route="").first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    return row


def first_words(inbox: Inbox, *, most: int = 3) -> list[Message]:
    """What people said last by a door, the newest first."""
    rows = Message.objects.filter(conversation__inbox=inbox, direction=Message.Direction.IN, automatic_because="")
    return list(rows.only("author_name", "text", "at").order_by("-id")[:most])


def name_of_door(source: str) -> str:
    """What the door of an alert is called; the source begins with its number."""
    number = source.partition(":")[0]
    return Inbox.objects.filter(pk=number).values_list("name", flat=True).first() or "" if number.isdigit() else ""


def door_problem(code: str) -> str:
    """A code that a channel gave for a door, in words."""
    known = {
        "HTTP 401": _("The other side does not accept our signature. Give both the same secret."),
        "HTTP 401 token": _("The messenger does not know this token. Was it made anew, or is a sign missing?"),
        "secret_unreadable": _("The secret cannot be read with the present secret key. Enter it again."),
    }
    return known.get(code) or problem_in_words(code) if code else ""
