"""Doors of messengers: a bot or a community of ours is introduced, connected and kept."""

import secrets as random
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.http.calling import CallFailed, proxy_of, target_of
from otklik.foundation.webhooks.words import problem_in_words
from otklik.reach.actions.channels import deliver_what_waited, well_named
from otklik.reach.actions.doors import door_of, locked_secrets
from otklik.reach.actions.inboxes import announce_changed
from otklik.reach.adapters.delivering import DeliveryFailed
from otklik.reach.adapters.optional import Account, Confirms, Connects
from otklik.reach.adapters.registry import CHANNELS, HOMES
from otklik.reach.models import Inbox
from otklik.reach.queries import door_problem, hook_url, inbox_by_id
from otklik.team.models import Team

type Mode = Literal["push", "poll"]
_LONGEST: Final = 500
_LONGEST_PEM: Final = 100_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a door of a messenger is made of. ``mode`` '' chooses by what the house can offer.

    ``secret`` '' makes one, or keeps the one there is; so does ``token``. ``is_operator``: whoever runs this machine
    named the addresses, so that they may stand in our own network. ``ca``: certificates (PEM) for this door alone.
    """

    kind: str
    name: str
    token: str = ""
    secret: str = ""
    confirmation: str = ""
    base_url: str = ""
    group: str = ""
    proxy: str = ""
    ca: str = ""
    mode: str = ""
    team: Team | None = None
    is_operator: bool = False


@dataclass(frozen=True, kw_only=True)
class Opened:
    """``problem``: why news are not brought to us yet, in words; '' when they are, or are asked for."""

    inbox: Inbox
    account: Account
    problem: str = ""


def open_messenger(*, wanted: Wanted, actor: Actor) -> Opened:
    """Ask the messenger who we are there, open (or change) the door, and have news brought or ask for them.

    Raises ``Refusal('name_missing' | 'token_missing' | 'channel_url_refused' | 'proxy_refused' | 'ca_unreadable' |
    'messenger_says_no' | 'account_known' | 'other_account')``.
    """
    require(actor, "reach.edit")
    wanted = replace(wanted, name=well_named(wanted.name), base_url=wanted.base_url.strip() or HOMES[wanted.kind])
    known = Inbox.objects.filter(kind=wanted.kind, address=wanted.name).first()
    tried = _tried(wanted, known)
    account = _introduced(tried)
    tried = _with_confirmation(tried)
    inbox = _kept(wanted, tried, account, known, actor)
    return Opened(inbox=inbox, account=account, problem=connect_messenger(inbox=inbox, actor=actor))


def _tried(wanted: Wanted, known: Inbox | None) -> Inbox:
    """The door as it would be, not kept yet."""
    kept = door_of(known).secret if known else (lambda _name: "")
    token = wanted.token.strip() or kept("token")
    if not token or not token.isascii() or not token.isprintable() or set(" /?#") & set(token):
        text = _("Paste the whole token, as the messenger gave it.")
        raise Refusal("token_missing", text, fields={"token": text})
    secret = wanted.secret or kept("secret") or random.token_urlsafe(24)
    confirmation = wanted.confirmation or kept("confirmation")
    return Inbox(
        pk=known.pk if known else None,
        kind=wanted.kind,
        address=wanted.name,
        settings=_settings(wanted),
        secrets=locked_secrets(token=token, secret=secret, confirmation=confirmation),
    )


def _settings(wanted: Wanted) -> dict[str, Any]:
    made: dict[str, Any] = {
        "base_url": _address(wanted),
        "is_ours": wanted.is_operator and wanted.base_url != HOMES[wanted.kind],
        "mode": wanted.mode or best_mode(),
    }
    if wanted.group:
        made["group"] = wanted.group.strip()[:40]
    if wanted.proxy:
        made["proxy"] = _proxy(wanted.proxy.strip())
    if wanted.ca:
        made["ca"] = _certificates(wanted.ca)
    return made


def best_mode() -> Mode:
    """News are brought to a house that is seen from outside by https; any other asks for them."""
    parts = urlsplit(settings.BASE_URL)
    is_outside = "." in (parts.hostname or "") and not (parts.hostname or "").replace(".", "").isdigit()
    return "push" if parts.scheme == "https" and is_outside else "poll"


def _address(wanted: Wanted) -> str:
    try:
        if len(wanted.base_url) > _LONGEST:
            raise CallFailed("not_an_address")  # noqa: TRY301
        target_of(wanted.base_url, is_ours=wanted.is_operator)
    except CallFailed as error:
        if str(error) != "unknown_host":
            text = problem_in_words(str(error))
            raise Refusal("channel_url_refused", text, fields={"base_url": text}) from error
    return wanted.base_url


def _proxy(url: str) -> str:
    try:
        proxy_of(url)
    except CallFailed as error:
        if str(error) != "unknown_host":
            text = _("Write the proxy as http://host:port, with user:password@ before the host if it asks for them.")
            raise Refusal("proxy_refused", text, fields={"proxy": text}) from error
    return url


def _certificates(pem: str) -> str:
    try:
        if len(pem) > _LONGEST_PEM:
            raise ValueError  # noqa: TRY301
        ssl.create_default_context().load_verify_locations(cadata=pem)
    except (ValueError, ssl.SSLError) as error:
        text = _("These are no certificates in PEM form.")
        raise Refusal("ca_unreadable", text, fields={"ca": text}) from error
    return pem


def _introduced(tried: Inbox) -> Account:
    channel = CHANNELS[tried.kind]
    assert isinstance(channel, Connects), "only messengers are opened here"
    try:
        return channel.introduce(door_of(tried))
    except DeliveryFailed as error:
        text = door_problem(error.reason)
        raise Refusal("messenger_says_no", text, fields={"token": text}) from error


def _with_confirmation(tried: Inbox) -> Inbox:
    """What the first call is answered with, asked for where nobody told us; without it a person must tell us later."""
    channel, door = CHANNELS[tried.kind], door_of(tried)
    if not isinstance(channel, Confirms) or door.secret("confirmation"):
        return tried
    with suppress(DeliveryFailed):
        told = channel.confirmation(door)
        names = ("token", "secret")
        tried.secrets = locked_secrets(confirmation=told, **{name: door.secret(name) for name in names})
    return tried


@transaction.atomic
def _kept(wanted: Wanted, tried: Inbox, account: Account, known: Inbox | None, actor: Actor) -> Inbox:
    _check_is_ours(wanted, account, known)
    values: dict[str, Any] = {
        "name": wanted.name,
        "settings": {**tried.settings, "account": asdict(account)},
        "secrets": tried.secrets,
        "problem": "",
        "is_active": True,
    }
    if wanted.team is not None:
        values["team"] = wanted.team
    created = {**values, "route": random.token_urlsafe(24)}
    inbox, _new = Inbox.objects.update_or_create(
        kind=wanted.kind, address=wanted.name, defaults=values, create_defaults=created
    )
    announce_changed(inbox, actor, ["base_url", "secret"])
    deliver_what_waited(inbox)
    inbox_by_id.forget()
    return inbox


def _check_is_ours(wanted: Wanted, account: Account, known: Inbox | None) -> None:
    """One bot has one door, and a door one bot: the numbers of its messages mean nothing to another one."""
    twins = Inbox.objects.filter(kind=wanted.kind, settings__account__id=account.id).exclude(address=wanted.name)
    if account.id and twins.exists():
        text = _("This bot already has a channel here: %(name)s.") % {"name": twins[0].name}
        raise Refusal("account_known", text, fields={"token": text})
    before = _account_of(known).get("id", "") if known else ""
    if before and account.id != before:
        text = _("This token belongs to another bot. Open a channel of its own for it.")
        raise Refusal("other_account", text, fields={"token": text})


def _account_of(inbox: Inbox) -> Mapping[str, str]:
    return cast("Mapping[str, str]", inbox.settings.get("account", {}))


def connect_messenger(*, inbox: Inbox, actor: Actor = SYSTEM) -> str:
    """Have news brought to our hook, where the door is made so; why that does not work, in words, else ''."""
    require(actor, "reach.edit")
    channel = CHANNELS[inbox.kind]
    assert isinstance(channel, Connects), "only messengers are connected"
    if inbox.settings.get("mode") != "push":
        return ""
    try:
        channel.connect(door_of(inbox), hook_url(inbox))
    except DeliveryFailed as error:
        return door_problem(error.reason)
    return ""
