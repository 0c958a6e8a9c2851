"""The door of a telephone exchange: opened with its dialect, and who knocks there."""

from collections.abc import Mapping
from http import HTTPStatus

from django.utils.translation import gettext as _

from otklik.calls.actions.ringing import take_all
from otklik.calls.adapters.dialects import DIALECTS
from otklik.calls.adapters.told import Dialect, Post
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.reach.actions import door_of, note_forged, note_use, open_door
from otklik.reach.models import Inbox
from otklik.reach.queries import inbox_at
from otklik.team.models import Team


def add_exchange(
    *,
    name: str,
    actor: Actor,
    dialect: str = "generic",
    secret: str = "",
    base_url: str = "",
    team: Team | None = None,
    is_operator: bool = False,
) -> Inbox:
    """Open (or change) the door of an exchange. ``base_url``: where it stands, for recordings in one's own network.

    Raises ``Refusal('dialect_unknown' | 'exchange_secret_missing')`` and what ``open_door`` raises.
    """
    one = DIALECTS.get(dialect)
    if one is None:
        text = _("Choose one of these: %(names)s.") % {"names": ", ".join(DIALECTS)}
        raise Refusal("dialect_unknown", text, fields={"dialect": text})
    is_known = Inbox.objects.filter(kind=Inbox.Kind.CTI, address=name).exclude(secrets="").exists()
    if one.needs_secret and not secret and not is_known:
        text = _("This exchange proves itself by a secret: take it from its settings.")
        raise Refusal("exchange_secret_missing", text, fields={"secret": text})
    return open_door(
        kind=Inbox.Kind.CTI,
        name=name,
        actor=actor,
        settings={"dialect": dialect},
        secret=secret,
        base_url=base_url,
        team=team,
        is_operator=is_operator,
    )


def hear_exchange(*, route: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    """What an exchange tells; the status and, when it is not 200, a code. It is written down when this returns 200."""
    inbox = _at(route)
    if inbox is None:
        return HTTPStatus.NOT_FOUND, "no_such_door"
    post, dialect = Post(headers=headers, body=body), dialect_of(inbox)
    if not dialect.is_them(post, door_of(inbox).secret("secret")):
        note_forged(inbox_id=inbox.pk)
        return HTTPStatus.FORBIDDEN, "signature"
    if not inbox.is_active:
        return HTTPStatus.SERVICE_UNAVAILABLE, "paused"
    take_all(told=dialect.understand(post), inbox=inbox)
    note_use(inbox_id=inbox.pk, way="in")
    return HTTPStatus.OK, ""


def greet_exchange(*, route: str, query: Mapping[str, str]) -> str:
    """What an exchange wants to hear before it uses the address; '' where it asks nothing, or nobody lives there."""
    inbox = _at(route)
    return dialect_of(inbox).greeting(query) if inbox is not None else ""


def dialect_of(inbox: Inbox) -> Dialect:
    return DIALECTS[inbox.settings.get("dialect", "generic")]


def _at(route: str) -> Inbox | None:
    inbox = inbox_at(route)
    return inbox if inbox is not None and inbox.kind == Inbox.Kind.CTI else None
