"""Inboxes: the addresses at which people reach us."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.secrets import lock_secret, unlock_secret
from otklik.reach.actions.logins import fresh_token
from otklik.reach.adapters.oauth import wants_token
from otklik.reach.adapters.probing import imap_problem, smtp_problem
from otklik.reach.events import InboxChanged
from otklik.reach.models import Inbox
from otklik.reach.queries import first_mail_inbox, inbox_by_id, inbox_of_kind, our_addresses
from otklik.team.models import Team

_EDITABLE = ("name", "team", "is_active", "forms", "imap_url", "smtp_url", "since", "earlier")


@transaction.atomic
def add_email_inbox(
    *,
    address: str,
    actor: Actor = SYSTEM,
    name: str = "",
    team: Team | None = None,
    imap_url: str = "",
    smtp_url: str = "",
    imap_password: str = "",
    smtp_password: str = "",
    since: date | None = None,
    earlier: str = Inbox.Earlier.LEAVE,
) -> Inbox:
    """Open (or change) the inbox of one address; passwords are stored encrypted, never in the URLs.

    ``since``: the first look at its mailbox takes what is dated from this day on, read or not; ``earlier`` says what
    becomes of the rest. None: what nobody has read.
    """
    require(actor, "reach.edit")
    address = _well_formed(address)
    values: dict[str, Any] = {"is_active": True}
    values |= {key: value for key, value in (("imap_url", imap_url), ("smtp_url", smtp_url), ("team", team)) if value}
    if imap_password:
        values["imap_secret"] = lock_secret(imap_password)
    if smtp_password:
        values["smtp_secret"] = lock_secret(smtp_password)
    if since:
        values |= {"since": since, "earlier": earlier, "imap_state": {}}
    if name.strip():
        values["name"] = name.strip()
    created = {"name": address, **values}
    inbox, _new = Inbox.objects.update_or_create(
        kind=Inbox.Kind.EMAIL, address=address, defaults=values, create_defaults=created
    )
    announce_changed(inbox, actor, sorted(values))
    return inbox


def _well_formed(address: str) -> str:
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        text = _("This does not look like an e-mail address, for example help@company.example.")
        raise Refusal("email_invalid", text, fields={"address": text}) from error
    return address


def announce_changed(inbox: Inbox, actor: Actor, fields: list[str]) -> None:
    for known in (first_mail_inbox, inbox_by_id, inbox_of_kind, our_addresses):
        known.forget()
    announce(InboxChanged(inbox_id=inbox.pk, fields=fields), actor=actor)


def prepare_inboxes() -> None:
    """The doors that every house has: the site's form and the API."""
    Inbox.objects.get_or_create(kind=Inbox.Kind.FORM, address="form", defaults={"name": "Web form"})
    Inbox.objects.get_or_create(kind=Inbox.Kind.API, address="api", defaults={"name": "API"})


@transaction.atomic
def edit_inbox(*, inbox: Inbox, actor: Actor, changes: Mapping[str, Any]) -> Inbox:
    """Change whatever of ``_EDITABLE`` is in ``changes``; ``imap_password``, ``smtp_password`` replace secrets.

    Another ``since`` or ``earlier`` has the mailbox read anew; what was taken in already is known.
    """
    require(actor, "reach.edit")
    changed = [field for field in _EDITABLE if field in changes]
    is_read_anew = any(field in changes and changes[field] != getattr(inbox, field) for field in ("since", "earlier"))
    for field in changed:
        setattr(inbox, field, changes[field].strip() if field == "name" else changes[field])
    if is_read_anew and inbox.since:
        inbox.imap_state = {}
        changed.append("imap_state")
    for field, secret in (("imap_password", "imap_secret"), ("smtp_password", "smtp_secret")):
        if changes.get(field):
            setattr(inbox, secret, lock_secret(changes[field]))
            changed.append(secret)
    if changed:
        inbox.save(update_fields=changed)
        announce_changed(inbox, actor, changed)
    return inbox


def inbox_problems(
    *,
    inbox: Inbox | None,
    actor: Actor,
    imap_url: str = "",
    smtp_url: str = "",
    imap_password: str = "",
    smtp_password: str = "",
) -> dict[str, str]:
    """Really log in to the servers; ``imap`` and ``smtp`` → '' when it works, else why not in words.

    An empty password means the stored one, but only for the server it was given for. Nothing is written.
    """
    require(actor, "reach.edit")
    found: dict[str, str] = {}
    if imap_url:
        stored = inbox.imap_secret if inbox and _same_server(imap_url, inbox.imap_url) else ""
        found["imap"] = _problem(imap_problem, imap_url, typed=imap_password, stored=stored)
    if smtp_url:
        stored = inbox.smtp_secret if inbox and _same_server(smtp_url, inbox.smtp_url) else ""
        found["smtp"] = _problem(smtp_problem, smtp_url, typed=smtp_password, stored=stored)
    return found


def _problem(probe: Callable[[str, str], str], url: str, *, typed: str, stored: str) -> str:
    secret = typed or unlock_secret(stored)
    if not wants_token(url):
        return probe(url, secret)
    try:
        return probe(url, fresh_token(secret).access_token)
    except Refusal as refusal:
        return refusal.text


def _same_server(url: str, stored: str) -> bool:
    """A stored password must not be sent to another server."""
    return (urlsplit(url).scheme, urlsplit(url).netloc) == (urlsplit(stored).scheme, urlsplit(stored).netloc)


def remember_place(*, inbox_id: int, place: Mapping[str, Any]) -> None:
    """How far the IMAP mailbox of an inbox has been read."""
    Inbox.objects.filter(pk=inbox_id).update(imap_state=dict(place))
