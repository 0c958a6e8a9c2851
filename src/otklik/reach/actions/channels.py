"""Doors of channels with a hook: opened, checked, paused and opened again."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.http.calling import CallFailed, target_of
from otklik.foundation.webhooks.words import problem_in_words
from otklik.reach.actions.doors import door_of, locked_secrets
from otklik.reach.actions.inboxes import announce_changed
from otklik.reach.actions.outbox import deliver_soon
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.events import DoorOpened
from otklik.reach.models import Delivery, Inbox
from otklik.reach.queries import door_problem
from otklik.team.models import Team

_LONGEST_NAME: Final = 60
_SHORTEST_SECRET: Final = 16
_LONGEST_URL: Final = 500
_AT_ONCE: Final = 10_000


@transaction.atomic
def add_http_channel(
    *, name: str, base_url: str = "", secret: str, team: Team | None = None, is_operator: bool = False, actor: Actor
) -> Inbox:
    """Open (or change) the door of one program; ``secret`` signs both ways.

    ``is_operator``: whoever runs this machine named the address, so that it may stand in our own network.
    Raises ``Refusal('name_missing' | 'secret_short' | 'channel_url_refused')``.
    """
    require(actor, "reach.edit")
    name = well_named(name)
    values: dict[str, Any] = {
        "name": name,
        "settings": _checked(base_url, is_operator=is_operator),
        "secrets": _locked(secret),
        "problem": "",
        "is_active": True,
    }
    if team is not None:
        values["team"] = team
    created = {**values, "route": secrets.token_urlsafe(24)}
    inbox, _new = Inbox.objects.update_or_create(
        kind=Inbox.Kind.HTTP, address=name, defaults=values, create_defaults=created
    )
    announce_changed(inbox, actor, ["base_url", "secret"])
    deliver_what_waited(inbox)
    return inbox


@transaction.atomic
def edit_http_channel(*, inbox: Inbox, actor: Actor, base_url: str, secret: str, team: Team | None) -> None:
    """Another address, secret ('' for the one we have) or team. Raises as ``add_http_channel`` does."""
    require(actor, "reach.edit")
    changed = []
    if base_url.strip() != inbox.settings.get("base_url", ""):
        inbox.settings = _checked(base_url, is_operator=False)
        changed.append("base_url")
    if secret:
        inbox.secrets = _locked(secret)
        changed.append("secret")
    if team != inbox.team:
        inbox.team = team
        changed.append("team")
    if changed:
        Inbox.objects.filter(pk=inbox.pk).update(settings=inbox.settings, secrets=inbox.secrets, team=inbox.team)
        announce_changed(inbox, actor, changed)


def well_named(name: str) -> str:
    """Raises ``Refusal('name_missing')``."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        text = _("Give the channel a name of at most sixty letters, for example shop.")
        raise Refusal("name_missing", text, fields={"name": text})
    return name


def _locked(secret: str) -> str:
    if len(secret) < _SHORTEST_SECRET:
        text = _("A secret has at least sixteen signs: whoever guesses it writes in your customers' names.")
        raise Refusal("secret_short", text, fields={"secret": text})
    return locked_secrets(secret=secret)


def _checked(base_url: str, *, is_operator: bool) -> dict[str, Any]:
    base_url = base_url.strip()
    if not base_url:
        return {}
    try:
        if len(base_url) > _LONGEST_URL:
            raise CallFailed("not_an_address")  # noqa: TRY301
        target_of(base_url, is_ours=is_operator)
    except CallFailed as error:
        if str(error) != "unknown_host":
            text = problem_in_words(str(error))
            raise Refusal("channel_url_refused", text, fields={"base_url": text}) from error
    return {"base_url": base_url, "is_ours": is_operator}


@transaction.atomic
def open_door(
    *,
    kind: str,
    name: str,
    actor: Actor,
    settings: Mapping[str, Any] = MappingProxyType({}),
    secret: str = "",
    base_url: str = "",
    team: Team | None = None,
    is_operator: bool = False,
) -> Inbox:
    """Open (or change) a door by which an app above hears of something that is no word, such as a call that rings.

    ``secret``: '' keeps the one there is. Raises ``Refusal('name_missing' | 'secret_short' | 'channel_url_refused')``.
    """
    require(actor, "reach.edit")
    name = well_named(name)
    values: dict[str, Any] = {
        "name": name,
        "settings": {**settings, **_checked(base_url, is_operator=is_operator)},
        "problem": "",
        "is_active": True,
    }
    if secret:
        values["secrets"] = _locked(secret)
    if team is not None:
        values["team"] = team
    created = {**values, "route": secrets.token_urlsafe(24)}
    inbox, _new = Inbox.objects.update_or_create(kind=kind, address=name, defaults=values, create_defaults=created)
    announce_changed(inbox, actor, ["base_url", *(["secret"] if secret else [])])
    return inbox


def check_channel(*, inbox: Inbox, actor: Actor) -> str:
    """Really ask the other side; '' when it is there, else what is wrong, in words. Nothing is written.

    Where the other side only calls us there is nobody to ask.
    """
    require(actor, "reach.edit")
    return door_problem(CHANNELS[inbox.kind].check(door_of(inbox))) if inbox.kind in CHANNELS else ""


def probe_http(*, base_url: str, secret: str) -> str:
    """The same of a door that is not there yet, for whoever runs this machine. Raises ``Refusal`` as adding does."""
    tried = Inbox(kind=Inbox.Kind.HTTP, settings=_checked(base_url, is_operator=True), secrets=_locked(secret))
    return CHANNELS[tried.kind].check(door_of(tried))


@in_one
def pause_channel(*, inbox: Inbox, actor: Actor) -> None:
    """Nothing is taken in by this door and nothing leaves, until it is opened again. Safe to run twice."""
    require(actor, "reach.edit")
    if Inbox.objects.filter(pk=inbox.pk, is_active=True).update(is_active=False):
        announce_changed(inbox, actor, ["is_active"])


@in_one
def resume_channel(*, inbox: Inbox, actor: Actor = SYSTEM) -> None:
    """Open a door that was paused, or shut itself: what waited there leaves now. Safe to run twice."""
    require(actor, "reach.edit")
    shut = Inbox.objects.filter(pk=inbox.pk).exclude(is_active=True, problem="")
    if shut.update(is_active=True, problem="", problem_since=None):
        announce_changed(inbox, actor, ["is_active"])
        announce(DoorOpened(inbox_id=inbox.pk), actor=actor)
    deliver_what_waited(inbox)


def deliver_what_waited(inbox: Inbox) -> None:
    """What has no moment of its own: it came to a shut door."""
    waiting = Delivery.objects.filter(
        message__conversation__inbox=inbox, state=Delivery.State.QUEUED, next_at=None, message__send_after=None
    )
    deliver_soon(dict.fromkeys(waiting.order_by("id").values_list("message_id", flat=True)[:_AT_ONCE]))
